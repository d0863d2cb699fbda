"""Text to announcements. Pure: no clock, I/O or randomness."""
