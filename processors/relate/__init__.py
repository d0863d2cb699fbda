"""Announcements to storylines, relations and deadlines. Pure: no clock, I/O or randomness."""
