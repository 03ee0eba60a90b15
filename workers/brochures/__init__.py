"""Brochures: how lines on a page become offers."""
