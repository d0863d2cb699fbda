"""What only real brokers can be asked."""
