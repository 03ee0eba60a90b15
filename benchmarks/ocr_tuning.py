"""`python -m benchmarks.ocr_tuning DIR`: what each choice of the OCR engine costs and what it reads, on labelled pages.

DIR holds `gold.jsonl` and `pages/`, as `tamiz eval brochures` takes them. Every variant has a process of one thread of its own; a page goes through
all of them before the next one, so that what else the machine does weighs on all alike. Compared are processor seconds, not time on the wall.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import re
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from benchmarks.measurement import machine, say, write_section
from benchmarks.ocr_recall import Labels, Recall
from benchmarks.service import commit

HEADING = "OCR engine: time, memory and reading"
_ABOUT = """Processor seconds of one thread, as a share of the first row's; memory of a process that holds nothing else. Names: share of the words of
labelled names found among the words read on the page; prices, old prices: share of the labelled amounts found among the amounts read. Measured by
`python -m benchmarks.ocr_tuning DIR` on {pages} labelled pages of {chains} chains ({machine}; {when}).
"""
BASE = "as before: 320 px, every sign, weights as they come"
VARIANTS: Mapping[str, Mapping[str, Any]] = {
    BASE: {"raw": True},
    "rapidocr's defaults": {"defaults": True},
    "no denormal weights": {"alphabet": "all", "least_line_px": 320},
    "and Latin only": {"least_line_px": 320},
    "and lines of 160 px: **the default**": {},
    "lines of 96 px": {"least_line_px": 96},
    "batches of 6": {"rec_batch_num": 6},
    "text looked for at 1,280 px": {"detection_side_px": 1_280},
    "text looked for at 960 px": {"detection_side_px": 960},
    "boxes from 0.4": {"box_score": 0.4},
    "boxes from 0.6": {"box_score": 0.6},
    "with the orientation classifier": {"upside_down": True},
}
"""Rows of the table: options of the adapter; `raw` and `defaults` are rapidocr itself on one thread."""


@dataclass
class Outcome:
    """What one variant took and found so far."""

    seconds: float = 0.0
    peak_mb: float = 0.0
    rest_mb: float = 0.0
    recall: Recall = field(default_factory=Recall)


def main() -> int:
    """Writes the section of docs/benchmarks.md, or prints it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ocr_tuning", description=__doc__)
    parser.add_argument("labelled", type=Path, help="folder with gold.jsonl and pages/")
    parser.add_argument("--pages", type=int, default=24, help="pages to read, spread evenly over each chain")
    parser.add_argument("--variant", action="append", help="only these rows beside the first, by a part of their name")
    parser.add_argument("--no-page", action="store_true", help="leave docs/benchmarks.md as it is")
    options = parser.parse_args()
    labels, about = Labels.load(options.labelled), machine()
    pages = labels.spread(options.pages)
    chosen = [name for name in VARIANTS if name == BASE or not options.variant or any(part in name for part in options.variant)]
    outcomes = measure(labels, pages, chosen)
    when = f"{time.strftime('%Y-%m-%d', time.gmtime())}, {commit()}"
    section = _ABOUT.format(pages=len(pages), chains=len(labels.chains(pages)), machine=about, when=when) + "\n" + table(outcomes)
    if not options.no_page:
        write_section(HEADING, section)
    print(section)
    return 0


def measure(labels: Labels, pages: Sequence[str], variants: Sequence[str]) -> dict[str, Outcome]:
    """Each page through every variant, one after the other; the first page warms and counts for the reading alone."""
    context = multiprocessing.get_context("spawn")
    ends: dict[str, Connection] = {}
    processes = []
    for name in variants:
        ours, theirs = context.Pipe()
        processes.append(context.Process(target=_serve, args=(theirs, dict(VARIANTS[name])), daemon=True))
        processes[-1].start()
        ends[name] = ours
    outcomes = {name: Outcome() for name in variants}
    for number, page in enumerate(pages):
        say(f"  {number + 1} of {len(pages)}")
        for name, end in ends.items():
            end.send(str(labels.image(page)))
            seconds, texts, rest, peak = end.recv()
            one = outcomes[name]
            one.seconds += seconds if number else 0.0
            one.rest_mb, one.peak_mb = max(one.rest_mb, rest), peak
            one.recall += labels.recall(page, texts)
    for end, process in zip(ends.values(), processes, strict=True):
        end.send(None)
        process.join()
    return outcomes


def table(outcomes: Mapping[str, Outcome]) -> str:
    """Markdown, one row a variant; times relative to the first."""
    first = next(iter(outcomes.values())).seconds
    rows = ["| variant | time | names | prices | old prices | MB between pages, peak |", "|---|---|---|---|---|---|"]
    for name, one in outcomes.items():
        names, prices, old = (f"{share:.3f}" for share in one.recall.shares)
        rows.append(f"| {name} | {one.seconds / first:.2f} | {names} | {prices} | {old} | {one.rest_mb:.0f}, {one.peak_mb:.0f} |")
    return "\n".join(rows) + "\n"


def _serve(end: Connection, options: dict[str, Any]) -> None:
    os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"))
    import cv2

    cv2.setNumThreads(1)
    read = _plain(options) if options.keys() & {"raw", "defaults"} else _ours(options)
    while (path := end.recv()) is not None:
        content = Path(path).read_bytes()
        started = time.process_time()
        texts = read(content)
        taken = time.process_time() - started
        status = Path("/proc/self/status").read_text()
        rest, peak = (int(re.findall(rf"^{what}:\s+(\d+)", status, re.MULTILINE)[0]) * 1024 / 1e6 for what in ("VmRSS", "VmHWM"))
        end.send((taken, texts, rest, peak))


def _ours(options: dict[str, Any]) -> Callable[[bytes], list[str]]:
    from adapters import registry
    from adapters.imaging import PageImage

    engine = registry.create("ocr", "rapidocr", options)
    return lambda content: [line.text for line in engine.read(PageImage(encoded=content, width_px=1, height_px=1)).lines]


def _plain(options: dict[str, Any]) -> Callable[[bytes], list[str]]:
    """rapidocr itself on one thread: at its defaults, or as the adapter used it before its networks were made lighter."""
    import logging

    import rapidocr

    params: dict[str, Any] = {f"EngineConfig.onnxruntime.{which}_op_num_threads": 1 for which in ("intra", "inter")}
    if "raw" in options:
        params |= {"Global.use_cls": False, "Det.limit_type": "max", "Det.limit_side_len": 1_472, "Rec.rec_batch_num": 1}
    engine: Any = rapidocr.RapidOCR(params=params)
    logging.getLogger("RapidOCR").setLevel(logging.ERROR)
    return lambda content: list(engine(content).txts or ())


if __name__ == "__main__":
    sys.exit(main())
