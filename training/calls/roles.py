"""`python -m training.calls.roles SCRIPT... --heard FILE`: fit the weights of `workers/calls/words/role_weights.toml`, judged on domains left out.

One logistic regression over differences: what the agent shows less what the customer shows, the two of a call or one alone. Weights of clues are
pulled towards judgements, those of everyday words towards 0.
"""

from __future__ import annotations

import argparse
import random
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from schemas.rows.call import UtteranceRow
from training.calls.mishearing import Call, Mishearing, Turns, read_heard, read_scripts
from workers.calls.clues import clues, everyday, talk, turns_of
from workers.calls.phrases import words
from workers.calls.questions import find_questions

FOLDS = 6
CALLS = 12
"""Calls that a word must be said in to get a weight."""
JUDGED: Mapping[str, tuple[float, float]] = {
    **{"agent_strong": (2.4, 3), "agent": (1.1, 3), "customer_strong": (-2.4, 3), "customer": (-1.1, 3)},
    **{"persons": (2.0, 3), "first": (0.45, 1000), "asks": (1.6, 3), "company": (2.0, 3)},
    **{"length": (0.0, 30), "opening": (0.0, 30), "closing": (0.0, 30)},
    **{"reads": (-0.8, 3), "answers": (-0.8, 3), "thanks": (-0.8, 3), "away": (0.8, 3), "promises": (0.8, 3), "wants": (-0.8, 3)},
}
"""What each clue weighs by judgement, and how many calls' worth that is. Who speaks first and how long the turns are is also how
scripts are written, so that much has to speak for it; no script names a company, whose weight stays."""
ALONE, EVERYDAY = (0.0, 1.0), (0.0, 6.0)
LEVELS = (0.3, 0.45, 0.6)
"""Word errors of what is learned from, beside none and what was really heard."""
LARGEST = 6.0
"""Log-odds at which confidences are cut, as `workers/calls/roles.py` cuts them."""

Figures = dict[tuple[str, ...], float]
"""By name: a clue; `alone` and a language; `everyday`, a language and a word."""


@dataclass(frozen=True)
class Example:
    """One way of hearing a call, or a half of it: what speaks for the right answer and against the wrong one."""

    call: Call
    kind: str
    weight: float
    figures: Figures


def main(arguments: Sequence[str] | None = None) -> int:
    """Fit, judge, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scripts", type=Path, nargs="+", help="TOML files of calls")
    parser.add_argument("--heard", type=Path, required=True, help="JSON lines of the same calls as a recogniser heard them")
    parser.add_argument("--into", type=Path, default=Path("workers/calls/words/role_weights.toml"))
    wanted = parser.parse_args(arguments)
    calls, heard = read_scripts(wanted.scripts), read_heard(wanted.heard)
    examples = list(every_example(calls, heard))
    margins = held_out(examples)
    print(table(examples, margins), file=sys.stderr)
    weights = fitted(examples)
    wanted.into.write_text(_card(calls, heard, margins) + _toml(weights), encoding="utf-8")
    return 0


def every_example(calls: Sequence[Call], heard: Mapping[str, Turns], seed: int = 0) -> Iterator[Example]:
    """Each call as written, bare, misheard, really heard where it was; whole, in halves and each voice alone, and several joined to a long one."""
    chance, mishears = random.Random(seed), Mishearing(calls, heard)
    folds: defaultdict[tuple[str, int], list[Call]] = defaultdict(list)
    for call in calls:
        folds[call.language, fold_of(call)].append(call)
        for kind, turns in _ways(call, heard, mishears, chance):
            half = len(turns) // 2
            yield from _of(call, kind, turns, 0.8)
            yield from _of(call, f"{kind} half", turns[:half] if chance.random() < 0.5 else turns[half:], 0.4)
    for together in folds.values():
        for call in together:
            some = chance.sample(together, min(len(together), chance.choice((3, 4, 5))))
            level = chance.choice((0.0, *LEVELS))
            turns = [turn for one in some for turn in (mishears.turns(one, level, chance) if level else one.turns)]
            yield from _of(call, f"{level} long", turns, 0.8)
            if call.name in heard:
                known = [one.name for one in together if one.name in heard]
                turns = [turn for name in chance.sample(known, min(len(known), 3)) for turn in heard[name]]
                yield from _of(call, "heard long", turns, 0.8)


def _ways(call: Call, heard: Mapping[str, Turns], mishears: Mishearing, chance: random.Random) -> Iterator[tuple[str, Turns]]:
    yield "0.0", call.turns
    yield "bare", [(who, " ".join(words(text))) for who, text in call.turns]
    for level in LEVELS:
        yield str(level), mishears.turns(call, level, chance)
    if call.name in heard:
        yield "heard", heard[call.name]


def _of(call: Call, kind: str, turns: Turns, weight: float) -> Iterator[Example]:
    both = shown(turns, call.language)
    if len(both) == 2:
        yield Example(call, kind, weight, {name: both["A"].get(name, 0.0) - both["C"].get(name, 0.0) for name in both["A"] | both["C"]})
    for who, sign in (("A", 1), ("C", -1)):
        for found in shown([turn for turn in turns if turn[0] == who], call.language).values():
            yield Example(call, f"{kind} alone", weight / 2, {name: sign * value for name, value in found.items()})


def shown(turns: Turns, language: str) -> dict[str, Figures]:
    """What each voice shows, by voice."""
    rows = [
        UtteranceRow(utterance_no=number, speaker=who, text=text, language=language, confidence=1, adapter="script/1/given")
        for number, (who, text) in enumerate(turns, start=1)
    ]
    asked = find_questions(rows)
    rows = [row.model_copy(update={"is_question": row.utterance_no in asked}) for row in rows]
    said, found = turns_of(rows), dict[str, Figures]()
    for voice, seen in clues(rows).items():
        figures = found[voice] = {(name,): value for name, value in seen.items()}
        figures.update({("everyday", *word): much for word, much in everyday(said[voice]).items()})
        if len(said) == 1:
            figures.update({("alone", spoken): much for spoken, much in talk(said[voice]).items()})
    return found


def fold_of(call: Call) -> int:
    """Calls of one domain fall together."""
    return int(sha256(call.domain.encode()).hexdigest(), 16) % FOLDS


def fitted(examples: Sequence[Example]) -> dict[tuple[str, ...], float]:
    """Newton's method; the penalty makes it converge in a few steps."""
    names = _names(examples)
    judged = [JUDGED[name[0]] if len(name) == 1 else ALONE if name[0] == "alone" else EVERYDAY for name in names]
    center, strength = np.array(judged).T
    x, each = _matrix(examples, names), np.array([one.weight for one in examples])
    weights = center.copy()
    for _ in range(15):
        right = 1 / (1 + np.exp(-np.clip(x @ weights, -30, 30)))
        slope = x.T @ (each * (right - 1)) + strength * (weights - center)
        step = np.linalg.solve((x * (each * right * (1 - right))[:, None]).T @ x + np.diag(strength), slope)
        weights = weights - step
        if np.abs(step).max() < 1e-4:
            break
    return dict(zip(names, weights.tolist(), strict=True))


def held_out(examples: Sequence[Example]) -> NDArray[np.float64]:
    """Log-odds of the right answer for each example, by weights fitted on calls of other domains."""
    margins = np.zeros(len(examples))
    for fold in range(FOLDS):
        weights = fitted([one for one in examples if fold_of(one.call) != fold])
        for place, one in enumerate(examples):
            if fold_of(one.call) == fold:
                margins[place] = sum(weights.get(name, 0.0) * value for name, value in one.figures.items())
    return margins


def _names(examples: Sequence[Example]) -> list[tuple[str, ...]]:
    said: defaultdict[tuple[str, ...], set[str]] = defaultdict(set)
    for one in examples:
        if one.kind in ("0.0", "heard"):
            for name in one.figures:
                said[name].add(one.call.name)
    common = sorted(name for name, calls in said.items() if name[0] == "everyday" and len(calls) >= CALLS)
    languages = sorted({("alone", one.call.language) for one in examples})
    return [*((name,) for name in JUDGED), *languages, *common]


def _matrix(examples: Sequence[Example], names: Sequence[tuple[str, ...]]) -> NDArray[np.float64]:
    place = {name: number for number, name in enumerate(names)}
    x = np.zeros((len(examples), len(names)))
    for row, one in enumerate(examples):
        for name, value in one.figures.items():
            if name in place:
                x[row, place[name]] = value
    return x


def table(examples: Sequence[Example], margins: NDArray[np.float64]) -> str:
    """Right answers by way of hearing, and by confidence."""
    lines = []
    for kind in sorted({one.kind for one in examples}):
        some = margins[[one.kind == kind for one in examples]]
        lines.append(f"{kind:18} {len(some):5} right {(some > 0).mean():.2f}")
    sure = 1 / (1 + np.exp(-np.minimum(np.abs(margins), LARGEST)))
    for least, most in ((0.5, 0.6), (0.6, 0.7), (0.7, 0.8), (0.8, 0.9), (0.9, 0.95), (0.95, 0.99), (0.99, 1.0)):
        these = (sure >= least) & (sure < most)
        if these.any():
            lines.append(f"sure {least:.2f}-{most:.2f}  {these.sum():6} said {sure[these].mean():.2f} right {(margins[these] > 0).mean():.2f}")
    return "\n".join(lines)


def _card(calls: Sequence[Call], heard: Mapping[str, Turns], margins: NDArray[np.float64]) -> str:
    languages = {language: sum(call.language == language for call in calls) for language in sorted({call.language for call in calls})}
    said = ", ".join(f"{count} {language}" for language, count in languages.items())
    really, levels = sum(call.name in heard for call in calls), ", ".join(f"{level:.0%}" for level in LEVELS)
    return f"""# What speaks for the agent (above 0) or the customer, as log-odds: fitted, do not edit.
# `python -m training.calls.roles` writes it; training/README.md says how.
# Fitted on {len(calls)} calls ({said}) written for this project, nothing else: as written, without punctuation, with simulated
# recogniser errors at {levels}, and {really} of them as pocketsphinx heard espeak-ng say them; whole, in halves, each voice alone,
# several joined to a long one. Of {len(margins)} such examples of domains left out of the fit {(margins > 0).mean():.1%} were right.

"""


def _toml(weights: Mapping[tuple[str, ...], float]) -> str:
    heads: defaultdict[str, list[str]] = defaultdict(list)
    for name, weight in weights.items():
        head = "clues" if len(name) == 1 else ".".join(name[:-1])
        heads[head].append(f'"{name[-1]}" = {weight:.3f}')
    return "\n".join(f"[{head}]\n" + "\n".join(lines) + "\n" for head, lines in heads.items())


if __name__ == "__main__":
    raise SystemExit(main())
