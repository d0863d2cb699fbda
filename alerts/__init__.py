"""Relations to routed, grouped, rendered and delivered alerts."""
