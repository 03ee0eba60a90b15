"""Models that were fitted, and what reads them: n-gram features, linear models, the store of versions."""
