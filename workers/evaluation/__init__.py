"""Accuracy on labelled sets: what `tamiz eval` measures. One package per kind over machinery they share."""
