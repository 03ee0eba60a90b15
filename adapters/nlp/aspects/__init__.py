"""Aspects: what a review praises or blames, with the opinion word, the category and the polarity. Plain numpy over a batch of texts."""
