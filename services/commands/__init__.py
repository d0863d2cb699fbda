"""The commands of ``tocsin``, one file a group. Each reads its arguments, calls the part that does it, and shows."""
