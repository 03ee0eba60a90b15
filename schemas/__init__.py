"""What things are: models, tables, errors and settings. Pure: no I/O, no SDK, no Celery, no web framework."""
