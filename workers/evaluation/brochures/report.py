"""Everything `tamiz eval brochures` tells, as one value."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from schemas.documents import Value
from workers.evaluation.brochures.gold import GoldPage
from workers.evaluation.brochures.judging import Judged, Verdict
from workers.evaluation.brochures.scoring import Measured, measured
from workers.evaluation.calibration import Calibration, Claim, calibration
from workers.evaluation.shares import share


@dataclass(frozen=True, slots=True)
class ReadPage:
    """One labelled page, what we made of it, and what that took. `seconds` is None for a page that has no file."""

    gold: GoldPage
    judged: Judged
    seconds: float | None
    fault: Fault | None = None


class Fault(Value):
    """Why a page was not read; it counts as a page on which nothing was found."""

    page: str
    code: str
    message: str


class Seconds(Value):
    """What reading took. `p50` and `p95` are of single pages, with `jobs` of them at a time; the first of a process starts it."""

    wall: float
    per_page: float
    """Wall time by pages read."""
    p50: float
    p95: float
    jobs: int
    kept: bool
    """Whether engine outputs may have been replayed: then these are not the seconds of reading."""


class Circumstances(Value):
    """When and with what a set was measured."""

    measured_on: date
    pipeline_versions: tuple[str, ...]
    jobs: int
    kept: bool
    wall_s: float


class BrochureReport(Value):
    """Accuracy of brochures on a labelled set."""

    measured_on: date
    pipeline_versions: tuple[str, ...]
    overall: Measured
    chains: dict[str, Measured]
    calibration: Calibration
    unjudged: int
    """Offers of ours that met a label without a price: nothing says whether they are right, so they are no part of `calibration`."""
    seconds: Seconds
    pages_without_offers: int
    """Labelled as bare; what was offered on them is among `invented`, and no part of the benchmark's numbers."""
    failed: tuple[Fault, ...]


def brochure_report(pages: Sequence[ReadPage], about: Circumstances) -> BrochureReport:
    """The report over `pages`, at least one."""
    chains = sorted({page.gold.chain for page in pages})
    claims = [claim for page in pages for claim in _claims(page.judged)]
    return BrochureReport(
        measured_on=about.measured_on,
        pipeline_versions=about.pipeline_versions,
        overall=measured([page.judged for page in pages]),
        chains={chain: measured([page.judged for page in pages if page.gold.chain == chain]) for chain in chains},
        calibration=calibration(claims),
        unjudged=sum(len(page.judged.ours) for page in pages) - len(claims),
        seconds=_seconds([page.seconds for page in pages if page.seconds is not None], about),
        pages_without_offers=sum(not page.gold.offers for page in pages),
        failed=tuple(page.fault for page in pages if page.fault),
    )


def worst(pages: Sequence[ReadPage], number: int) -> list[ReadPage]:
    """The pages with the most faults, the most first; none without a fault."""
    faulty = [page for page in pages if page.judged.faults]
    return sorted(faulty, key=lambda page: (-page.judged.faults, share(page.judged.count(Verdict.RIGHT), len(page.judged.gold))))[:number]


def _claims(page: Judged) -> list[Claim]:
    """What each offer of ours claimed, and whether it is right end to end."""
    return [
        Claim(page.ours[pair.our_place].confidence or 0.0, pair.verdict is Verdict.RIGHT)
        for pair in page.pairs
        if pair.our_place is not None and pair.verdict is not Verdict.UNPRICED
    ]


def _seconds(taken: Sequence[float], about: Circumstances) -> Seconds:
    return Seconds(
        wall=about.wall_s,
        per_page=share(about.wall_s, len(taken)),
        p50=statistics.median(taken) if taken else 0.0,
        p95=sorted(taken)[max(0, -(-95 * len(taken) // 100) - 1)] if taken else 0.0,
        jobs=about.jobs,
        kept=about.kept,
    )
