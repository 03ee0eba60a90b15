"""Random kills under load, and every row compared with an oracle: `python -m benchmarks.chaos`."""
