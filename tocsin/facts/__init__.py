"""The facts of each topic, one file a topic. Import them from ``tocsin.events``."""
