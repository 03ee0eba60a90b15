"""Calls: who said what and when, from the channels of a recording."""
