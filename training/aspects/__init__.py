"""How the shipped data of the aspects were made."""
