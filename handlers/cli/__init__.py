"""The command line. Commands are imported when they run: `tamiz --help` must not pay for an engine or a database."""
