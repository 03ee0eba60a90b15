"""Which of the page kinds a file is, when nobody said so."""

from __future__ import annotations

from adapters.decoding.pages import PAGE_TYPES
from schemas.documents import Kind
from schemas.errors import RejectedInput
from workers.documents.density import looks_like_brochure
from workers.pages.reading import read_pages
from workers.pipeline import Source, Tools


def decide_kind(source: Source, tools: Tools) -> Kind:
    """`BROCHURE` or `DOCUMENT`, from the first page alone; what its engine answered is kept, so the pipeline reads it for free.

    A first page that cannot be read decides nothing: the pipeline will say what is wrong. Raises what opening the file and the engines raise.
    """
    if source.media_type not in PAGE_TYPES:
        return Kind.DOCUMENT
    try:
        reading = read_pages(source, [1], tools)
    except RejectedInput:
        return Kind.DOCUMENT
    if not reading.pages:
        return Kind.DOCUMENT
    return Kind.BROCHURE if looks_like_brochure([read.page for read in reading.pages]) else Kind.DOCUMENT
