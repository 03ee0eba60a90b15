"""Runs of a PDF page's text joined to lines, and lines taken apart to words.

Some programs draw a line as one run, others word by word or letter by letter; what reads on is one line, what stands in another column, in other
type or higher is not.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Final

from adapters.decoding.text_runs import COLUMN_GAP, Run, TextRuns, around

WORD_SPACE: Final = 0.15
"""Gap between runs, in type sizes, that is a space although none was written; kerning stays below 0.1."""
SAME_TYPE: Final = 1.25
"""Ratio of type sizes from which two runs on one baseline are different texts (a price and its raised cents)."""
RAISED: Final = 0.2
"""Difference of baselines, in type sizes, from which two runs are different texts; office programs raise cents by a third at 0.8 of the size."""


def reading_on(runs: list[tuple[int, Run]]) -> list[list[Run]]:
    """Runs, each with the number of its line in the file, in groups that read on: same type, same direction, no column gap."""
    groups: list[list[Run]] = []
    last: int | None = None
    for number, run in runs:
        if number == last and _reads_on(groups[-1][-1], run):
            groups[-1].append(run)
        else:
            groups.append([run])
        last = number
    return groups


def joined(group: list[Run]) -> Run:
    """A group as one run: spaces where they were written or left, the type and colours of its longest run."""
    if len(group) == 1:
        return group[0]
    box = around([run.box for run in group])
    texts = [group[0].text]
    for before, run in pairwise(group):
        texts.append(" " + run.text if _apart(before, run) else run.text)
    lead = max(group, key=lambda run: len(run.text))
    size = max(run.size for run in group)
    return replace(
        group[0], text="".join(texts), box=box, size=size, end=group[-1].end, colour=lead.colour, weight=lead.weight, background=lead.background
    )


def words_of(group: list[Run], reader: TextRuns) -> list[list[Run]]:
    """A group as words, each the runs it is drawn in."""
    words: list[list[Run]] = []
    for run in group:
        for place, piece in enumerate(reader.words(run)):
            if words and place == 0 and not _apart(words[-1][-1], piece):
                words[-1].append(piece)
            else:
                words.append([piece])
    return words


def _apart(before: Run, run: Run) -> bool:
    """Whether a space stands between two runs of a line."""
    return before.spaced[1] or run.spaced[0] or run.origin[0] - before.end > WORD_SPACE * run.size


def _reads_on(before: Run, run: Run) -> bool:
    if run.turn != before.turn or run.turn != 0 or before.slanted or run.slanted:
        return False
    if max(run.size, before.size) > SAME_TYPE * min(run.size, before.size) or abs(run.origin[1] - before.origin[1]) > RAISED * run.size:
        return False
    level = min(before.box[3], run.box[3]) - max(before.box[1], run.box[1])
    return -0.5 * run.size <= run.box[0] - before.box[2] <= COLUMN_GAP * run.size and level > -0.5 * run.size
