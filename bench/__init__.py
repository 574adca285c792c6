"""Measuring 小团: a seeded workload, this machine's limits in the same run, peers, and a report."""
