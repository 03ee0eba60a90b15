"""Fits the weights by which agent and customer are told apart."""
