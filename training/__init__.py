"""What Tamiz learns from: brochure pages made up with exact labels. Development only; nothing of the service imports it."""
