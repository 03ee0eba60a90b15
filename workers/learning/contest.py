"""A new model against the one in force, on the rows neither has learned from."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np

from adapters.nlp.learned.linear import LinearModel, chosen
from adapters.nlp.learned.store import ModelStore, Stored
from adapters.nlp.local import LocalLanguage
from adapters.nlp.port import LanguageEngine
from schemas.documents import Value
from workers.learning.corpus import UNKNOWN, Corpus
from workers.learning.judging import Marks, balanced

SHIPPED: Final = "shipped"
COMMONEST: Final = "the commonest label"
LEAST_HELD_OUT: Final = 50
"""Held-out rows below which a figure is chance (one row of 50 is 2%) and nothing comes into force by itself."""


class Contest(Value):
    """Shares right, 0 to 1, on the same held-out rows. For sentiment the mean of the shares among positive and among negative rows."""

    opponent: str
    """`task/name/version`, `shipped`, or what a first classifier is measured by."""
    measure: str
    rows: int
    ours: float
    theirs: float
    only_ours: int
    """Rows that only the new model has right."""
    only_theirs: int

    @property
    def won(self) -> bool:
        """Whether the new model is the better one, on enough rows to say so."""
        return self.rows >= LEAST_HELD_OUT and self.ours > self.theirs

    @property
    def told(self) -> str:
        """The figures in a sentence."""
        return (
            f"{self.measure} on {self.rows} held-out rows: {self.ours:.4f}, {self.opponent} {self.theirs:.4f} "
            f"(only the new one right: {self.only_ours}, only the other: {self.only_theirs})"
        )


def opponent_of(store: ModelStore, challenger: Stored) -> Stored | None:
    """What is in force under the same name; None: what ships."""
    found = store.promoted(challenger.task, challenger.name)
    return None if found is not None and found.version == challenger.version else found


def sentiment_contest(model: LinearModel, present: Path | None, title: str, held: Corpus) -> Contest:
    """Signs of the score on rows that are positive or negative, 0 counting as positive."""
    labels = held.rows.labels
    against, praise = labels.index("negative"), labels.index("positive")
    clear = held.taken(np.flatnonzero(held.rows.targets[:, [against, praise]].sum(axis=1)))
    true: Marks = clear.rows.targets[:, praise] > 0
    ours = _signs(model, clear) == true
    theirs = (_signs(LinearModel.load(present), clear) if present else _engine_signs(LocalLanguage(LocalLanguage.Options()), clear)) == true
    return _contest(title, "balanced accuracy of polarity", ours, theirs, lambda right: balanced(right, true))


def classifier_contest(model: LinearModel, present: Path | None, title: str, held: Corpus) -> Contest:
    """Rows whose labels are said exactly. A first classifier must know more than which label is the commonest."""
    ours = _exact(model, held)
    if present is not None:
        theirs = _exact(LinearModel.load(present), held)
    else:
        common = np.zeros(len(held.rows.labels), np.bool_)
        common[int((held.rows.targets > 0).sum(axis=0).argmax())] = True
        theirs = ((held.rows.targets > 0) == common).all(axis=1)
    return _contest(title, "accuracy", ours, theirs, lambda right: float(right.mean()) if len(right) else 0.0)


def _contest(title: str, measure: str, ours: Marks, theirs: Marks, figure: Callable[[Marks], float]) -> Contest:
    return Contest(
        opponent=title,
        measure=measure,
        rows=len(ours),
        ours=figure(ours),
        theirs=figure(theirs),
        only_ours=int((ours & ~theirs).sum()),
        only_theirs=int((theirs & ~ours).sum()),
    )


def _signs(model: LinearModel, held: Corpus) -> Marks:
    found = model.probabilities(held.rows.tokens, held.rows.extra)
    praise = found[:, model.labels.index("positive")] if "positive" in model.labels else 0.0
    blame = found[:, model.labels.index("negative")] if "negative" in model.labels else 0.0
    return np.asarray(np.broadcast_to(np.asarray(praise - blame) >= 0, (len(held),)))


def _engine_signs(engine: LanguageEngine, held: Corpus) -> Marks:
    signs = np.ones(len(held), np.bool_)
    for language in sorted(set(held.languages)):
        places = [at for at, spoken in enumerate(held.languages) if spoken == language]
        for first in range(0, len(places), engine.capabilities.batch_size):
            batch = places[first : first + engine.capabilities.batch_size]
            analyses = engine.analyze([held.examples[at].text for at in batch], None if language == UNKNOWN else language)
            for at, analysis in zip(batch, analyses, strict=True):
                signs[at] = analysis.sentiment is None or analysis.sentiment.score >= 0
    return signs


def _exact(model: LinearModel, held: Corpus) -> Marks:
    """Rows whose set of label names is said exactly, whatever labels the model knows."""
    said = chosen(model.probabilities(held.rows.tokens, held.rows.extra), model.kind)
    found = np.zeros(len(held), np.bool_)
    for at in range(len(held)):
        true = {held.rows.labels[label] for label in np.flatnonzero(held.rows.targets[at])}
        found[at] = true == {model.labels[label] for label in np.flatnonzero(said[at])}
    return found
