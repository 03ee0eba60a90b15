"""The pipeline of documents that are nothing more particular: text, lines, entities and language of a PDF, an image or a text file."""

from __future__ import annotations

from collections.abc import Sequence
from time import monotonic
from typing import ClassVar, Final

from adapters.decoding.pages import PAGE_TYPES
from schemas.documents import Kind
from schemas.extractions import DocumentExtraction
from schemas.language import TextAnalysis
from schemas.ledger import PartSpec
from schemas.rows.brochure import LineRow, PageRow
from schemas.rows.common import EntityRow
from workers.documents.text import read_text
from workers.pages.language import document_language
from workers.pages.reading import ReadingOptions, count_pages, engine_label, pages_of, plan_pages, read_pages
from workers.pages.rows import line_rows, object_rows, page_rows
from workers.pipeline import Result, Source, Tools, envelope
from workers.routing import TEXT_TYPES

WHOLE_UP_TO: Final = 8
PART_PAGES: Final = 4
TEXT_ADAPTER: Final = "text/1/plain"
"""What read a text file: nothing but a decoder."""


class DocumentPipeline:
    """Any readable file. See `workers.pipeline.Pipeline`."""

    kind: ClassVar[Kind] = Kind.DOCUMENT
    media_types: ClassVar[frozenset[str]] = PAGE_TYPES | TEXT_TYPES

    def __init__(self, options: ReadingOptions | None = None) -> None:
        self._options = options or ReadingOptions()

    def plan(self, source: Source, tools: Tools) -> tuple[PartSpec, ...]:
        """Parts of four pages for a page file of more than eight; a text file is one."""
        if source.media_type in TEXT_TYPES:
            return ()
        return plan_pages(count_pages(source, tools), whole_up_to=WHOLE_UP_TO, part_pages=PART_PAGES)

    def extract(self, source: Source, part: PartSpec | None, tools: Tools) -> Result:
        """Pages, lines and entities; `items` counts pages, the unreadable ones too."""
        return self._text(source, part, tools) if source.media_type in TEXT_TYPES else self._pages(source, part, tools)

    def _pages(self, source: Source, part: PartSpec | None, tools: Tools) -> Result:
        started = monotonic()
        numbers = pages_of(part)
        reading = read_pages(source, numbers, tools, self._options)
        first_page = numbers.start if numbers else 1
        pages = page_rows(reading, first_page)
        analyses = _analyses([page.text for page in pages], source, tools)
        extraction = DocumentExtraction(
            **envelope(source, part, tools, started),
            language=_language(pages, analyses, source),
            items=reading.asked,
            problems=reading.problems,
            pages=pages,
            lines=line_rows(reading, first_page),
            objects=object_rows(reading, first_page),
            entities=_entities(pages, analyses),
        )
        return Result(extraction)

    def _text(self, source: Source, part: PartSpec | None, tools: Tools) -> Result:
        started = monotonic()
        with tools.steps.step("read"):
            text = read_text(source.path, tools.limits)
        page = PageRow(page_no=1, text=text, width_px=0, height_px=0, text_source="text-layer", confidence=1.0, adapter=TEXT_ADAPTER)
        analyses = _analyses([text], source, tools)
        extraction = DocumentExtraction(
            **envelope(source, part, tools, started),
            language=_language([page], analyses, source),
            items=1,
            pages=(page,),
            lines=tuple(
                LineRow(line_no=number, text=line, page_no=1, confidence=1.0, adapter=TEXT_ADAPTER)
                for number, line in enumerate(text.splitlines(), start=1)
                if line.strip()
            ),
            entities=_entities([page], analyses),
        )
        return Result(extraction)


def _analyses(texts: Sequence[str], source: Source, tools: Tools) -> tuple[TextAnalysis, ...]:
    """One per page; none when the language engine is `none`."""
    if not {"language", "entities"} & set(tools.nlp.capabilities.provides):
        return ()
    stated = source.metadata.get("language")
    with tools.steps.step("nlp", adapter=engine_label(tools.nlp)):
        return tools.nlp.analyze(texts, stated if isinstance(stated, str) else None)


def _language(pages: Sequence[PageRow], analyses: Sequence[TextAnalysis], source: Source) -> str | None:
    return document_language(source.metadata, [analysis.language for analysis in analyses], [len(page.text) for page in pages[: len(analyses)]])


def _entities(pages: Sequence[PageRow], analyses: Sequence[TextAnalysis]) -> tuple[EntityRow, ...]:
    return tuple(
        EntityRow(
            item_no=page.page_no,
            text=entity.text,
            type=entity.type,
            normalized=entity.normalized,
            char_start=entity.char_start,
            char_end=entity.char_end,
            confidence=entity.confidence,
            adapter=analysis.adapter,
        )
        for page, analysis in zip(pages[: len(analyses)], analyses, strict=True)
        for entity in analysis.entities
    )
