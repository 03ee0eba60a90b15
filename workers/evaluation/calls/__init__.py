"""Calls against labelled recordings and transcripts: words, speakers, roles, questions, intents."""
