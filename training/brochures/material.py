"""Labelled pages, read once: engine output is kept beside them, so that fitting again costs no OCR."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from schemas.pages import Page

IMAGES = (".jpg", ".jpeg", ".png", ".webp")


@dataclass(frozen=True)
class LabelledPage:
    """A page as it was read, with its labels as the public benchmark writes them."""

    name: str
    chain: str
    page: Page
    offers: tuple[Mapping[str, Any], ...]


def labelled_pages(folder: Path, kept: Path, *, jobs: int, pdf: bool = False) -> list[LabelledPage]:
    """The pages of `folder/gold.jsonl`, images in `folder/pages` or, with `pdf`, the text layers in `folder/pdf`; readings lie in `kept`."""
    with (folder / "gold.jsonl").open(encoding="utf-8") as file:
        gold = [json.loads(line) for line in file if line.strip()]
    files = {path.stem: path for path in sorted((folder / ("pdf" if pdf else "pages")).iterdir()) if pdf or path.suffix.lower() in IMAGES}
    kept.mkdir(parents=True, exist_ok=True)
    wanted = [(row, files[row["page"]]) for row in gold if row["page"] in files]
    with ProcessPoolExecutor(jobs) as pool:
        read = pool.map(_reading, [path for _, path in wanted], [kept] * len(wanted))
        return [LabelledPage(row["page"], row["chain"], page, tuple(row["offers"])) for (row, _), page in zip(wanted, read, strict=True) if page]


def _reading(path: Path, kept: Path) -> Page | None:
    content = path.read_bytes()
    place = kept / f"{hashlib.sha256(content + _ways(path.suffix)).hexdigest()}.json"
    if place.exists():
        return Page.model_validate_json(place.read_text(encoding="utf-8")) if place.stat().st_size else None
    page = _text_layer(path) if path.suffix == ".pdf" else _recognised(content)
    place.write_text("" if page is None else page.model_dump_json(), encoding="utf-8")
    return page


def _ways(suffix: str) -> bytes:
    """What a reading depends on besides the page: the code that reads such a file."""
    from adapters.decoding import drawn, ink, pdf, rules, text_layer, text_lines, text_marks, text_runs
    from adapters.ocr import figures, networks, ppocr, rapidocr, second_look

    printed = (drawn, pdf, text_layer, text_lines, text_marks, text_runs)
    seen = (ink, rules, figures, networks, ppocr, rapidocr, second_look)
    modules = printed if suffix == ".pdf" else seen
    return b"".join(hashlib.sha256(Path(str(module.__file__)).read_bytes()).digest() for module in modules)


def _text_layer(path: Path) -> Page | None:
    from adapters.decoding.pages import open_pages
    from schemas.settings import Limits

    with open_pages(path, "application/pdf", Limits()) as file:
        return file.text_layer(1)


_ENGINE: list[Any] = []


def _recognised(content: bytes) -> Page:
    from adapters.decoding.ink import inked
    from adapters.imaging import PageImage
    from adapters.ocr.rapidocr import RapidOcr

    if not _ENGINE:
        _ENGINE.append(RapidOcr(RapidOcr.Options()))
    image = PageImage(encoded=content, width_px=1, height_px=1)
    return inked(_ENGINE[0].read(image), image)


def chains(pages: list[LabelledPage]) -> Iterator[str]:
    """The chains of `pages`, each once, in order."""
    yield from dict.fromkeys(page.chain for page in pages)
