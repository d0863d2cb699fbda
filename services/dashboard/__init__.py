"""The ops dashboard: a log consumer with a read model of its own, and the pages that show it."""
