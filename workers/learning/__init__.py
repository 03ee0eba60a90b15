"""Learning from labels people left: stars, intents, queues. What `tamiz train` does."""
