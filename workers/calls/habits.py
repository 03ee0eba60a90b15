"""How agents and customers behave on the telephone, whatever the trade: evidence of roles beside the phrases of `words/roles.toml`.

A customer reads numbers out, is asked and says yes or no, thanks towards the end, wants something and finds something wrong; an agent asks, promises
and goes away from the line to come back to it. Each habit is a number that `clues` weighs: none is sure by itself.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final

from schemas.rows.call import UtteranceRow
from workers.calls.happenings import happenings
from workers.calls.numbers import Said, chains
from workers.calls.phrases import base, expression, plain
from workers.calls.questions import affirms

DIGITS: Final = 5
"""A number of so many is read out: a price or a time has fewer, an account or a telephone number more."""
HOLD_S: Final = 8.0
"""Seconds of silence within which somebody was away, as `holds` has it."""
_GAP: Final = 1
"""Words between the groups of one number."""
_HABITS: Final = {"action": "promises", "operation": "wants", "issue": "wants"}
"""By the kind of what happens."""


def habits(rows: Sequence[UtteranceRow], voices: Mapping[int, str], language: str | None, thanks: str) -> dict[str, dict[str, float]]:
    """What of each habit a voice shows, by voice and habit.

    `reads`, `answers`, `thanks`: its share of the call's, 0 to 1, less where there are few; `away`: 1 or 0; `promises`, `wants`: how many kinds, the
    second of which counts less than the first. `voices`: whose each utterance number is; `thanks`: phrases, as `expression` takes them.
    """
    spoken = [row for row in rows if row.utterance_no in voices and row.text.strip()]
    found: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for name, counts, slack in (
        ("reads", _reads(spoken, voices, language), 1),
        ("answers", _affirms(spoken, voices, language), 2),
        ("thanks", _thanks(spoken, voices, thanks), 1),
    ):
        total = sum(counts.values()) + slack
        for voice, count in counts.items():
            found[voice][name] = count / total
    for voice in _away(spoken, voices):
        found[voice]["away"] = 1.0
    for (voice, name), several in _happens(spoken, voices, language).items():
        found[voice][name] = several
    return found


def _reads(rows: Sequence[UtteranceRow], voices: Mapping[int, str], language: str | None) -> Counter[str]:
    """Long numbers that each voice says."""
    said = [Said(voices[row.utterance_no], row.text, base(row.language or language)) for row in rows]
    long = [chain for chain in chains(said, _GAP) if sum(len(number.digits) for number in chain) >= DIGITS]
    return Counter(said[chain[0].row].voice for chain in long)


def _affirms(rows: Sequence[UtteranceRow], voices: Mapping[int, str], language: str | None) -> Counter[str]:
    """Turns of each voice that begin with yes or no."""
    return Counter(voices[row.utterance_no] for row in rows if affirms(row.text, row.language or language))


def _thanks(rows: Sequence[UtteranceRow], voices: Mapping[int, str], thanks: str) -> Counter[str]:
    """Turns of each voice in the call's second half that thank."""
    if not thanks:
        return Counter()
    pattern = expression(thanks)
    return Counter(voices[row.utterance_no] for row in rows[len(rows) // 2 :] if pattern.search(plain(row.text)))


def _away(rows: Sequence[UtteranceRow], voices: Mapping[int, str]) -> set[str]:
    """Who speaks before and after a long silence: they were away and are back."""
    return {
        voices[before.utterance_no]
        for before, after in pairwise(rows)
        if voices[before.utterance_no] == voices[after.utterance_no] and before.end_s is not None and after.start_s is not None
        if after.start_s - before.end_s >= HOLD_S
    }


def _happens(rows: Sequence[UtteranceRow], voices: Mapping[int, str], language: str | None) -> dict[tuple[str, str], float]:
    """What each voice promises, and what it wants and complains of."""
    unguessed = [row.model_copy(update={"role": "unknown"}) for row in rows]
    names: dict[tuple[str, str], set[str]] = {}
    for one in happenings(unguessed, language):
        names.setdefault((voices[one.utterance_no], one.kind), set()).add(one.name)
    found: defaultdict[tuple[str, str], float] = defaultdict(float)
    for (voice, kind), several in names.items():
        if kind in _HABITS:
            found[voice, _HABITS[kind]] += math.sqrt(len(several))
    return found
