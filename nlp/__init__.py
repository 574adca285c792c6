"""Text to meaning: no I/O, no clock, no state but the catalogue's index."""
