"""Sentiment and aspects against labelled reviews."""
