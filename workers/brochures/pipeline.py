"""The pipeline of brochures: pages, lines, codes and offers of an image or a PDF."""

from __future__ import annotations

from collections.abc import Sequence
from time import monotonic
from typing import Any, ClassVar, Final

from adapters.decoding.pages import PAGE_TYPES
from schemas.documents import Kind
from schemas.extractions import BrochureExtraction
from schemas.ledger import PartSpec
from schemas.pages import Box
from schemas.rows.brochure import OfferRow
from schemas.rows.evidence import PageFact
from workers.brochures.around import Votes, fill_currency, look_around
from workers.brochures.barcodes import product_code
from workers.brochures.conditions import PageTexts, conditions
from workers.brochures.cropping import Cut, box_of, write_crops
from workers.brochures.lexicon import lexicon
from workers.brochures.offers import offer_row, page_offers
from workers.brochures.stated import stated_by
from workers.languages import tell_languages
from workers.pages.language import document_language
from workers.pages.reading import Reading, ReadingOptions, ReadPage, count_pages, pages_of, plan_pages, read_pages
from workers.pages.rows import line_rows, object_rows, page_rows, text_of
from workers.pipeline import Result, Source, Tools, envelope

WHOLE_UP_TO: Final = 4
"""Pages that are worked off in one go; more are split."""
PART_PAGES: Final = 2
"""Pages of a part: two to four seconds of OCR, and two workers end a brochure within one part of each other."""
OFFERS: Final = "brochures/2"
"""Name and version of the understanding, after the reader's name in the `adapter` of every offer."""

_Found = tuple[ReadPage, dict[str, Any]]
"""An offer's page and its columns, their box on the page as it was read."""


class BrochurePipeline:
    """Lines on a page become offers. See `workers.pipeline.Pipeline`."""

    kind: ClassVar[Kind] = Kind.BROCHURE
    media_types: ClassVar[frozenset[str]] = PAGE_TYPES

    def __init__(self, options: ReadingOptions | None = None) -> None:
        self._options = options or ReadingOptions()

    def plan(self, source: Source, tools: Tools) -> tuple[PartSpec, ...]:
        """Parts of two pages for a document of more than four."""
        return plan_pages(count_pages(source, tools), whole_up_to=WHOLE_UP_TO, part_pages=PART_PAGES)

    def extract(self, source: Source, part: PartSpec | None, tools: Tools) -> Result:
        """Pages, lines, objects and offers; `items` counts pages, the unreadable ones too."""
        started = monotonic()
        numbers = pages_of(part)
        reading = read_pages(source, numbers, tools, self._options)
        first_page = numbers.start if numbers else 1
        language = _language(reading, source, tools)
        with tools.steps.step("understand", adapter=OFFERS):
            found, votes = _offers(reading, source, language)
        uris = _crops(found, source, part, tools) if self._options.crops != "none" else [None] * len(found)
        extraction = BrochureExtraction(
            **envelope(source, part, tools, started),
            language=language,
            items=reading.asked,
            problems=reading.problems,
            pages=page_rows(reading, first_page),
            lines=line_rows(reading, first_page),
            objects=object_rows(reading, first_page),
            offers=_rows(found, uris, first_page),
        )
        return Result(extraction, votes=votes)


def _language(reading: Reading, source: Source, tools: Tools) -> str | None:
    texts = [text_of(read.page.lines) for read in reading.pages]
    if source.metadata.get("language") or "language" not in tools.nlp.capabilities.provides:
        return document_language(source.metadata, (), ())
    with tools.steps.step("nlp", adapter=f"{tools.nlp.name}/{tools.nlp.version}/{tools.nlp.model}"):
        return document_language(source.metadata, tell_languages(tools.nlp, texts), [len(text) for text in texts])


def _offers(reading: Reading, source: Source, language: str | None) -> tuple[list[_Found], Votes]:
    """Read with the words of the language that the sender stated, else of all: a page of names and figures is easily taken for another language."""
    told = source.metadata.get("language")
    words, stated = lexicon(told if isinstance(told, str) else None), stated_by(source.metadata)
    around = look_around(source.name, source.metadata, [(read.page.lines, read.detections) for read in reading.pages], words)
    found: list[_Found] = []
    for read, page in zip(reading.pages, around.pages, strict=True):
        texts = PageTexts(read.page.lines)
        for columns in page_offers(read.page, read.detections, words, stated):
            full = conditions(columns, texts.within(columns), words, page, language)
            barcode, flags = product_code(columns, read.detections)
            whose = {"retailer": full.get("retailer") or around.retailer, "barcode": barcode, "flags": (*full.get("flags", ()), *flags)}
            found.append((read, {**full, **whose}))
    printed = fill_currency([columns for _, columns in found], around.country, language)
    return found, {**around.votes, "currency": printed}


def _crops(found: Sequence[_Found], source: Source, part: PartSpec | None, tools: Tools) -> Sequence[str | None]:
    if not any(read.image for read, _ in found):
        return [None] * len(found)
    with tools.steps.step("crops"):
        cuts = [Cut(read.image, box_of(columns)) for read, columns in found]
        return write_crops(cuts, tools.out_dir, source.document_id, part.part_no if part else 1)


def _rows(found: Sequence[_Found], uris: Sequence[str | None], first_page: int) -> tuple[OfferRow, ...]:
    return tuple(
        offer_row({**_as_sent(columns, read), "crop_uri": uri}, number, read.page_no - first_page + 1, f"{read.page.adapter}+{OFFERS}")
        for number, ((read, columns), uri) in enumerate(zip(found, uris, strict=True), start=1)
    )


def _as_sent(columns: dict[str, Any], read: ReadPage) -> dict[str, Any]:
    """Columns with the box where it lies on the page as sent, which may have been straightened to be read."""
    if read.page.straightened is None or columns.get("x0") is None:
        return columns
    x0, y0, x1, y1 = (columns[side] for side in ("x0", "y0", "x1", "y1"))
    return {**columns, **PageFact.place(Box.around(read.page.as_sent(((x0, y0), (x1, y0), (x1, y1), (x0, y1)))))}
