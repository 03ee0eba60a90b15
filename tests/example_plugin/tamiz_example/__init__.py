"""An example of a third-party adapter for Tamiz."""
