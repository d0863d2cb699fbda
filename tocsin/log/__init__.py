"""The log that stages meet through: its contract (``base``) and its implementations."""
