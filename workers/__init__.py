"""What we do: the Celery app, thin tasks, one pipeline per kind, the sweeper and the loader."""
