"""Hostile files and names against a running service with its real engines: `python -m benchmarks.hostile`."""
