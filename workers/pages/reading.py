"""Pages of a file, read: the file's own text where it has some, an engine's otherwise.

Foreign bytes of one page never spoil the others: a page that cannot be drawn is a problem of its own, and only a file none of whose pages can be
read fails. What an engine lacks (a model, a program, quota) is no page's fault and ends the attempt.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from pydantic import Field

from adapters.decoding.ink import inked
from adapters.decoding.pages import PageFile, open_pages
from adapters.imaging import PageImage
from schemas.documents import Value
from schemas.errors import RejectedInput
from schemas.extractions import Problem
from schemas.ledger import PartSpec
from schemas.pages import Detection, Page
from schemas.settings import Crops
from workers.pages.upright import read_upright
from workers.pipeline import Source, Tools


class ReadingOptions(Value):
    """How pages are read."""

    codes_on_text_pages: bool = Field(
        default=False,
        description="look for barcodes on pages that have a text layer too; the page must then be drawn, which takes longer than reading its text",
    )
    crops: Crops = Field(
        default="none",
        description="which pages crops of offers are cut from: none, those drawn anyway (pictures, scans), or all, which draws every page",
    )


@dataclass(frozen=True, slots=True)
class ReadPage:
    """One page: its number from 1 in the document, what is written and what was seen on it."""

    page_no: int
    page: Page
    detections: tuple[Detection, ...] = ()
    image: PageImage | None = None
    """What the page was read from, where crops are to be cut from it."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The pages that could be read, and what was wrong with the others; `asked` counts both."""

    pages: tuple[ReadPage, ...]
    problems: tuple[Problem, ...]
    asked: int


class _Engine(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str: ...

    @property
    def model(self) -> str: ...


def engine_label(engine: _Engine) -> str:
    """name/version/model, as rows and steps state it."""
    return f"{engine.name}/{engine.version}/{engine.model}"


def count_pages(source: Source, tools: Tools) -> int:
    """Pages of a page file, at least 1. Raises what `open_pages` does."""
    with tools.steps.step("open"), open_pages(source.path, source.media_type, tools.limits) as file:
        return file.page_count


def read_pages(source: Source, page_numbers: Iterable[int] | None, tools: Tools, options: ReadingOptions | None = None) -> Reading:
    """Read `page_numbers` (from 1; None: all) of a page file.

    `Problem.item_no` is the page's place among those asked for, from 1. Raises the first page's `RejectedInput` when all pages were asked for and
    none could be read (some bad ones are their own problem: the file's other parts go on), besides what `open_pages` and the engines raise.
    """
    options = options or ReadingOptions()
    with open_pages(source.path, source.media_type, tools.limits) as file:
        numbers = list(page_numbers) if page_numbers is not None else list(range(1, file.page_count + 1))
        pages: list[ReadPage] = []
        faults: list[tuple[int, RejectedInput]] = []
        for place, page_no in enumerate(numbers, start=1):
            try:
                pages.append(_read_page(file, page_no, tools, options))
            except RejectedInput as error:
                faults.append((place, error))
    if faults and not pages and page_numbers is None:
        raise faults[0][1]
    problems = tuple(Problem(code=error.code, message=error.message, item_no=place) for place, error in faults)
    return Reading(pages=tuple(pages), problems=problems, asked=len(numbers))


def _read_page(file: PageFile, page_no: int, tools: Tools, options: ReadingOptions) -> ReadPage:
    with tools.steps.step("read"):
        page = file.text_layer(page_no)
    if page is not None and options.crops != "all" and not (options.codes_on_text_pages and tools.vision.capabilities.provides):
        return ReadPage(page_no, page)
    with tools.steps.step("render"):
        image = file.image(page_no)
    if page is None:
        with tools.steps.step("ocr", adapter=engine_label(tools.ocr)):
            page, image = read_upright(image, tools.ocr)
        with tools.steps.step("ink"):
            page = inked(page, image)
    return ReadPage(page_no, page, _codes(image, tools), None if options.crops == "none" else image)


def _codes(image: PageImage, tools: Tools) -> tuple[Detection, ...]:
    if not tools.vision.capabilities.provides:
        return ()
    with tools.steps.step("vision", adapter=engine_label(tools.vision)):
        return tools.vision.detect(image)


def pages_of(part: PartSpec | None) -> range | None:
    """The pages a part covers, from its `{"pages": [first, last]}`; None for a whole document."""
    if part is None:
        return None
    pages = part.spec["pages"]
    assert isinstance(pages, list)
    first, last = pages
    assert isinstance(first, int)
    assert isinstance(last, int)
    return range(first, last + 1)


def plan_pages(page_count: int, *, whole_up_to: int, part_pages: int) -> tuple[PartSpec, ...]:
    """Parts of `part_pages` pages for a document of more than `whole_up_to`; none for a smaller one."""
    if page_count <= whole_up_to:
        return ()
    firsts: Sequence[int] = range(1, page_count + 1, part_pages)
    return tuple(
        PartSpec(part_no=number, spec={"pages": [first, min(first + part_pages - 1, page_count)]}) for number, first in enumerate(firsts, start=1)
    )
