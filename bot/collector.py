"""The garbage collector of a process that keeps many long-lived rows."""

import gc

YOUNG, MIDDLE, OLD = 100_000, 50, 100
"""Thresholds: a worker makes thousands of short-lived rows a batch and keeps nearly no cycles; with
Python's own (700, 10, 10) a sixth of its time went into looking at what stays anyway (measured)."""


def settle() -> None:
    """Call once everything long-lived is loaded."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, OLD)
