"""The demonstration: a small newswire on loopback, watched by the real program."""
