"""Training of the models that read brochures."""
