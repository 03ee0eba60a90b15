"""Fits the sentiment models that ship with the local language engine."""
