"""What makes the visible text of a PDF page no text to go by: the tests that need more than the text alone."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, Final

from adapters.decoding.letter_shapes import figure_agreement, shape_agreement
from adapters.decoding.letters import likelihood
from adapters.decoding.plausible import MOST_UNREADABLE, implausible, unreadable
from adapters.decoding.text_runs import Run

FEWEST_CHARACTERS: Final = 8
"""A page with fewer readable characters is taken for a scan with a page number stamped on it."""
LEAST_AGREEMENT: Final = 0.6
"""Agreement of glyphs with their letters: 0.68 to 0.99 with right maps in 237 text and display faces, below 0.5 with wrong ones."""
LEAST_IF_GUESSED: Final = 0.8
"""Agreement from which the numbers of unmapped glyphs are taken for letters."""
LEAST_IF_UNLIKELY: Final = 0.76
UNLIKELY: Final = -2.55
MANY_LETTERS: Final = 100
"""Agreement that is asked for when as many letters are this unlikely in any language: a wrong map may spare most letters, or swap look-alikes."""
LEAST_FIGURES: Final = 0.15
"""Agreement of glyphs with their figures; less is a map that deals them wrongly."""
LEAST_PART: Final = 0.25
"""Share of the page's inked text from which one font's text must be plausible by itself."""
EAST_ASIAN: Final = 0x2E80
LEAST_EAST_ASIAN: Final = 0.6
"""Share of East Asian characters in a run whose width is looked at; the others may be Latin letters and figures."""
LEAST_WIDE: Final = 0.7
"""Mean width of East Asian characters in type sizes; theirs is 1, half of it for Latin letters passed off as such."""


def readable(runs: list[Run]) -> bool:
    """Whether there is any text to judge."""
    text = "".join("".join(run.text.split()) for run in runs)
    return len(text) - unreadable(text) >= FEWEST_CHARACTERS


def defect(runs: list[Run], lines: list[Run], textpage: Any) -> str | None:
    """What is wrong with the visible `runs`, joined to `lines`; None when nothing is."""
    if not readable(runs):
        return "next to no text"
    if _lost(runs, textpage) > MOST_UNREADABLE:
        return "glyphs without letters"
    said = implausible("\n".join(line.text for line in lines)) or _fonts(lines) or _narrow(lines)
    if said is not None:
        return said
    agreement = shape_agreement(runs, textpage)
    if agreement is not None and (agreement < LEAST_AGREEMENT or (agreement < LEAST_IF_UNLIKELY and _unlikely(lines))):
        return "glyphs of other shapes than their letters"
    figures = figure_agreement(runs, textpage)
    return "glyphs of other shapes than their figures" if figures is not None and figures < LEAST_FIGURES else None


def _unlikely(lines: list[Run]) -> bool:
    mean, letters = likelihood("\n".join(line.text for line in lines))
    return letters >= MANY_LETTERS and mean < UNLIKELY


def _ink(run: Run) -> float:
    return len(run.text) * run.size**2


def _lost(runs: list[Run], textpage: Any) -> float:
    """Share of glyphs that say no letter: by number, or by the area they take, so that a few big prices count for what they are.

    A font without a map may still number its glyphs as letters (TeX's bitmap fonts do); their shapes tell.
    """
    agreement = shape_agreement((run for run in runs if run.unmapped), textpage)
    guessed = agreement is not None and agreement >= LEAST_IF_GUESSED
    numbers = areas = 0.0
    for run in runs:
        share = 1.0 if run.unmapped and not guessed else unreadable(run.text) / len(run.text)
        numbers += len(run.text) * (1.0 if run.symbols else share)
        areas += _ink(run) * share
    return max(numbers / sum(len(run.text) for run in runs), areas / sum(map(_ink, runs)))


def _fonts(lines: list[Run]) -> str | None:
    """Fonts whose text alone is implausible, where they set a large part of the page."""
    by_font: dict[int, list[Run]] = defaultdict(list)
    for line in lines:
        by_font[line.font].append(line)
    if len(by_font) < 2:
        return None
    least = LEAST_PART * sum(map(_ink, lines))
    texts = ("\n".join(line.text for line in group) for group in by_font.values() if sum(map(_ink, group)) >= least)
    return next((found for text in texts if (found := implausible(text))), None)


def _narrow(runs: list[Run]) -> str | None:
    """East Asian characters as narrow as Latin letters are Latin letters under other codes."""
    level = [run for run in runs if not run.slanted and run.turn % 2 == 0 and len(run.text) > 1]
    wide = [run for run in level if sum(ord(sign) >= EAST_ASIAN for sign in run.text) > LEAST_EAST_ASIAN * len(run.text)]
    signs = sum(len(run.text) for run in wide)
    if signs < FEWEST_CHARACTERS or 2 * signs < sum(len(run.text) for run in runs):
        return None
    widths = sum((run.box[2] - run.box[0]) / run.size for run in wide)
    return "East Asian signs too narrow to be any" if widths < LEAST_WIDE * signs else None
