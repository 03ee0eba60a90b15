"""Calls as a poor recogniser would have written them: which words survive, and what becomes of the others, as in scripts that were really heard.

Short words survive oftener than long ones, so that errors spread evenly would teach the wrong words.
"""

from __future__ import annotations

import json
import random
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path

from workers.calls.phrases import words

Turns = Sequence[tuple[str, str]]
"""Who (`A` the agent, `C` the customer) says what, in order."""

USUAL = 0.5
"""Word errors of pocketsphinx on voices of espeak-ng, by which survival was counted; other levels are in proportion."""
SHORT = 4
"""Letters of a short word."""
LOST = {True: 0.4, False: 0.65}
"""Share of short and of other words that is misheard, for words that were seldom spoken; counted over all."""
PRIOR = 4
"""Times a word counts as spoken at that share."""
AS_COUNTED, DELETED, INSERTED = 0.5, 0.25, 0.1
"""Of misheard words: what became of them as counted, and nothing at all, by share; words that nobody said, by level."""
MOST = 0.95


@dataclass(frozen=True)
class Call:
    """One script."""

    name: str
    language: str
    turns: Turns

    @property
    def domain(self) -> str:
        """What the call is about, as its name begins: calls of one domain are held out together."""
        return self.name.split("-")[0]


def read_scripts(paths: Iterable[Path]) -> list[Call]:
    """Scripts as `tests/spokencalls.py` reads them, pauses left out."""
    found = [one for path in paths for one in tomllib.loads(path.read_text("utf-8"))["call"]]
    return [Call(one["name"], one["language"], [(line[0], line[3:]) for line in one["turns"] if line[0] in "AC"]) for one in found]


def read_heard(path: Path) -> dict[str, Turns]:
    """JSON lines of `name` and `turns`, as a recogniser heard the script of that name."""
    rows = map(json.loads, path.read_text("utf-8").splitlines())
    return {row["name"]: [(who, text) for who, text in row["turns"]] for row in rows}


class Mishearing:
    """Mishears words as scripts were misheard; of a language that nobody heard, by the length of words only."""

    def __init__(self, calls: Sequence[Call], heard: Mapping[str, Turns]) -> None:
        self._became: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        self._pool: dict[str, list[str]] = {}
        for language in sorted({call.language for call in calls}):
            pool = [word for call in calls if call.language == language for _, text in heard.get(call.name, ()) for word in words(text)]
            self._pool[language] = pool or [word for call in calls if call.language == language for _, text in call.turns for word in words(text)]
        for call in calls:
            for who in "AC" if call.name in heard else "":
                self._count(call.language, _said(call.turns, who), _said(heard[call.name], who))

    def _count(self, language: str, said: list[str], heard: list[str]) -> None:
        for _, at, end, place, last in SequenceMatcher(None, said, heard, autojunk=False).get_opcodes():
            for step in range(end - at):
                self._became[language, said[at + step]][heard[place + step] if place + step < last else ""] += 1

    def turns(self, call: Call, level: float, chance: random.Random) -> Turns:
        """The call with about `level` word errors; turns of which nothing is left are gone."""
        return [(who, text) for who, said in call.turns if (text := self._heard(said, call.language, level, chance))]

    def _heard(self, text: str, language: str, level: float, chance: random.Random) -> str:
        found = []
        for word in words(text):
            counted = self._became.get((language, word), Counter())
            lost = (counted.total() - counted[word] + PRIOR * LOST[len(word) <= SHORT]) / (counted.total() + PRIOR)
            found.append(self._instead(word, language, chance) if chance.random() < min(MOST, lost * level / USUAL) else word)
            if chance.random() < INSERTED * level:
                found.append(chance.choice(self._pool[language]))
        return " ".join(filter(None, found))

    def _instead(self, word: str, language: str, chance: random.Random) -> str:
        drawn = chance.random()
        others = [other for other in self._became.get((language, word), Counter()).elements() if other != word]
        if others and drawn < AS_COUNTED:
            return chance.choice(others)
        return "" if drawn > 1 - DELETED else chance.choice(self._pool[language])


def _said(turns: Turns, who: str) -> list[str]:
    return [word for one, text in turns if one == who for word in words(text)]
