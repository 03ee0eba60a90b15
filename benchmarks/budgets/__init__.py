"""One budget of the design per module, each with `measure(pages) -> Measurement`; `pages` is a folder of page images, or None for drawn ones."""
