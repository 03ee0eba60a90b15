"""Calls understood while they are held: endpointing, the child that listens, and the parent that feeds it."""

from typing import Final

AUDIO: Final = "audio"
"""Name of the callback through which the child gets samples."""
