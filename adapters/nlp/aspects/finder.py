"""Aspects of a batch: found and judged by trained models where they speak the language, by rules and opinion words else."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from adapters.nlp.aspects.finding import find_by_rules, tell
from adapters.nlp.aspects.judging import checked, judged
from adapters.nlp.aspects.lexicon import LANGUAGES
from adapters.nlp.aspects.polarity import Felt, Floats, feelings
from adapters.nlp.aspects.runs import Runs, nearest
from adapters.nlp.aspects.scene import Bools, Scene
from adapters.nlp.aspects.tagger import Tagger
from adapters.nlp.learned.archive import CARD
from adapters.nlp.learned.linear import LinearModel
from adapters.nlp.lexical.opinions import Opinions
from adapters.nlp.lexical.reading import Reading
from schemas.language import Aspect, Polarity

POLARITY: Final = "polarity"
"""Folder of the judge, within that of the tagger it was trained with."""


class AspectFinder:
    """Finds and judges terms. Without a tagger, by rules; without a judge, by opinion words."""

    def __init__(self, tagger: Tagger | None = None, judge: LinearModel | None = None) -> None:
        self._tagger, self._judge = tagger, judge
        self._spoken = frozenset(tagger.card.get("languages", ())) if tagger else frozenset()

    @classmethod
    def load(cls, folder: Path) -> AspectFinder:
        """What was trained into `folder`. Raises `ModelMissing` and `ModelDamaged`."""
        judge = folder / POLARITY
        return cls(Tagger.load(folder), checked(LinearModel.load(judge)) if (judge / CARD).exists() else None)

    def find(self, reading: Reading, texts: Sequence[str], scene: Scene, said: Opinions, limit: int) -> list[list[Aspect]]:
        """At most `limit` aspects of each text, in reading order, the surest kept.

        `reading`, `scene` and `said` are of these `texts`. A text in another language than `LANGUAGES` has none.
        """
        if not limit:
            return [[] for _ in texts]
        learned = np.array([*(language in self._spoken for language in LANGUAGES), False])[scene.languages]
        runs, sure = self._runs(reading, scene, said, learned)
        things = said.on_things()
        return tell(reading, texts, scene, runs, sure, self._felt(reading, runs, things, learned), things, limit)

    def judge(
        self, reading: Reading, spans: Sequence[Sequence[tuple[int, int]]], languages: Sequence[str | None], said: Opinions
    ) -> list[list[Polarity]]:
        """Polarity of the stretches (characters, end exclusive) of each text that somebody else found; one without a word in it is neutral."""
        starts, ends = reading.begins, reading.ends
        found: list[list[Polarity]] = [["neutral"] * len(wanted) for wanted in spans]
        runs: list[tuple[int, int, int, int]] = []
        for text, wanted in enumerate(spans):
            begin, end = int(reading.starts[text]), int(reading.starts[text + 1])
            for number, (left, right) in enumerate(wanted):
                first = begin + int(np.searchsorted(ends[begin:end], left, "right"))
                last = begin + int(np.searchsorted(starts[begin:end], right, "left")) - 1
                if first <= last:
                    runs.append((first, last, text, number))
        runs.sort()
        places = np.array([(first, last) for first, last, _, _ in runs], np.int64).reshape(-1, 2)
        learned = np.array([language in self._spoken for language in languages], np.bool_)[reading.text_of]
        felt = self._felt(reading, Runs(places[:, 0], places[:, 1], places[:, 1]), said.on_things(), learned)
        for (_, _, text, number), polarity in zip(runs, felt.polarity, strict=True):
            found[text][number] = polarity
        return found

    def _runs(self, reading: Reading, scene: Scene, said: Opinions, learned: Bools) -> tuple[Runs, Floats]:
        if self._tagger is None or not learned.any():
            return find_by_rules(scene, said)
        tagged, certain = self._tagger.find(reading, scene, said)
        if learned.all():
            return tagged, certain
        mine = np.flatnonzero(learned[tagged.first])
        ruled, sure = find_by_rules(scene, said)
        other = np.flatnonzero(~learned[ruled.first])
        order = np.argsort(np.concatenate((tagged.first[mine], ruled.first[other])), kind="stable")
        both = [np.concatenate((one[mine], two[other]))[order] for one, two in zip(tagged, ruled, strict=True)]
        return Runs(*both), np.concatenate((certain[mine], sure[other]))[order]

    def _felt(self, reading: Reading, runs: Runs, said: Opinions, learned: Bools) -> Felt:
        mine = np.flatnonzero(learned[runs.first])
        if self._judge is not None and len(mine) == len(runs.first):
            return judged(self._judge, reading, runs, said, nearest(runs, said))
        felt = feelings(runs, said, nearest(runs, said))
        if self._judge is None or not len(mine):
            return felt
        chosen = runs.taken(mine)
        better = judged(self._judge, reading, chosen, said, nearest(chosen, said))
        names, score = list(felt.polarity), felt.score.copy()
        score[mine] = better.score
        for at, name in zip(mine.tolist(), better.polarity, strict=True):
            names[at] = name
        return Felt(names, score, felt.opinion)
