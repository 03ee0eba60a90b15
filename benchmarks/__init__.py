"""What Tamiz is measured and tormented with. Nothing here is imported by the service."""
