"""How we are reached: HTTP, storage events, the watched folder, the command line."""
