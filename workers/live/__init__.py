"""Calls understood while they are held: endpointing, the child that listens, and the parent that feeds it."""
