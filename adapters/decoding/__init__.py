"""Decoders of foreign bytes: page files and audio, under caps, with typed errors."""
