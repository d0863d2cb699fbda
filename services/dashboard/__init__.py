"""The ops dashboard: a log consumer of its own. Arrives with the dashboard; holds nothing yet."""
