"""The dashboard as somebody uses it, in real Chromium."""
