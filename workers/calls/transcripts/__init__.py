"""Transcripts that other systems made, as turns: our own JSON, AWS Transcribe, Google Speech, WebVTT and SubRip."""
