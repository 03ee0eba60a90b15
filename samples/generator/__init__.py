"""The parts of `samples/make.py`: one module per sample, and the catalogue they share. Every chain, brand and person is invented."""
