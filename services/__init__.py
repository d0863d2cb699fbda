"""The only processes: settings, wiring, workers, command line, observability."""
