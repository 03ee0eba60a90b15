"""Files of reviews: records of any usual layout to rows of opinions."""
