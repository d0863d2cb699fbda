"""The shared kernel: the vocabulary that every stage speaks, and the log that they meet through."""
