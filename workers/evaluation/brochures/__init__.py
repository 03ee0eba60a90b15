"""Offers against labelled brochure pages."""
