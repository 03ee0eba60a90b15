"""A new model against the one in force, on the rows neither has learned from."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np

from adapters.nlp.learned.linear import Floats, LinearModel, chosen
from adapters.nlp.learned.store import ModelStore, Stored
from adapters.nlp.local import LocalLanguage
from adapters.nlp.port import LanguageEngine
from schemas.documents import Value
from workers.learning.corpus import UNKNOWN, Corpus
from workers.learning.fit import FitOptions, row_weights
from workers.learning.judging import Marks

SHIPPED: Final = "shipped"
COMMONEST: Final = "the commonest label"
BALANCE: Final = 0.5
"""Sides are taken to come half-way between as often as in the rows and equally often; see `SENTIMENT` in `training`."""
BY_CHANCE: Final = 0.05
EVEN: Final = 0.5
LEAST_SURE: Final = 0.001
"""Chances below count as this: engines round theirs, and one row must not outweigh a thousand."""
TINY: Final = 1e-12
SHOWN: Final = 20
EXCERPT_CHARS: Final = 280
LEAST_HELD_OUT: Final = 50
"""Held-out rows below which a figure is chance (one row of 50 is 2%) and nothing comes into force by itself."""


class DecidingRow(Value):
    """A held-out row on which the two differ most: how likely each thought the label that it has."""

    text: str
    label: str
    ours: float
    theirs: float


class Contest(Value):
    """Figures of two models on the same held-out rows, 0 to 1."""

    opponent: str
    """`task/name/version`, `shipped`, or what a first classifier is measured by."""
    measure: str
    rows: int
    ours: float
    theirs: float
    only_ours: int
    """Rows that only the new model has right."""
    only_theirs: int
    chance: float | None = None
    """How likely equal models differ as much (paired test of the rows that one alone has right); None where the measure alone decides."""
    our_loss: float | None = None
    """Mean log loss in nats: a model that is as often right, and knows better when, is the better one."""
    their_loss: float | None = None
    deciding: tuple[DecidingRow, ...] = ()

    @property
    def close(self) -> bool:
        """Whether chance alone may have made the difference in right rows, so that the log loss decides."""
        return self.chance is not None and self.chance > BY_CHANCE

    @property
    def won(self) -> bool:
        """Whether the new model is the better one, on enough rows to say so."""
        if self.rows < LEAST_HELD_OUT:
            return False
        if self.close and self.our_loss is not None and self.their_loss is not None:
            return self.our_loss < self.their_loss
        return self.ours > self.theirs

    @property
    def told(self) -> str:
        """The figures in a sentence."""
        rows = f"only the new one right: {self.only_ours}, only the other: {self.only_theirs}"
        found = f"{self.measure} on {self.rows} held-out rows: {self.ours:.4f}, {self.opponent} {self.theirs:.4f} ({rows})"
        if self.chance is None:
            return found
        losses = f"log loss {self.our_loss:.4f} and {self.their_loss:.4f}"
        decided = "the log loss" if self.close else "the rows right"
        return f"{found}; {losses}; {decided} decided, chance makes such a difference in {self.chance:.3f} of cases"


def opponent_of(store: ModelStore, challenger: Stored) -> Stored | None:
    """What is in force under the same name; None: what ships."""
    found = store.promoted(challenger.task, challenger.name)
    return None if found is not None and found.version == challenger.version else found


def sentiment_contest(model: LinearModel, present: Path | None, title: str, held: Corpus) -> Contest:
    """Signs of the score on rows that are positive or negative, 0 counting as positive, each side weighed as a training assumes it to come."""
    labels = held.rows.labels
    sides = [labels.index("negative"), labels.index("positive")]
    clear = held.taken(np.flatnonzero(held.rows.targets[:, sides].sum(axis=1)))
    true: Marks = clear.rows.targets[:, sides[1]] > 0
    weights = row_weights(clear.rows.targets[:, sides], FitOptions(balance=BALANCE)) / max(len(clear), 1)
    ours = _favours(model, clear)
    theirs = _favours(LinearModel.load(present), clear) if present else _engine_favours(LocalLanguage(LocalLanguage.Options()), clear)
    right = [(favours >= EVEN) == true for favours in (ours, theirs)]
    sure = [np.clip(np.where(true, favours, 1 - favours), LEAST_SURE, 1) for favours in (ours, theirs)]
    losses = [-np.log(one) for one in sure]
    gaps = weights * (right[0].astype(np.float64) - right[1])
    found = _contest(title, "accuracy of polarity", right[0], right[1], lambda marks: float(weights @ marks))
    order = np.argsort(-weights * np.abs(losses[0] - losses[1]), kind="stable")[:SHOWN]
    return found.model_copy(
        update={
            "chance": round(math.erfc(abs(gaps.sum()) / math.sqrt(2 * max(float(gaps @ gaps), TINY))), 4),
            "our_loss": round(float(weights @ losses[0]), 4),
            "their_loss": round(float(weights @ losses[1]), 4),
            "deciding": tuple(_deciding(clear.examples[at].text, bool(true[at]), sure[0][at], sure[1][at]) for at in order.tolist()),
        }
    )


def _deciding(text: str, praises: bool, ours: float, theirs: float) -> DecidingRow:
    label = "positive" if praises else "negative"
    return DecidingRow(text=" ".join(text.split())[:EXCERPT_CHARS], label=label, ours=round(float(ours), 3), theirs=round(float(theirs), 3))


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


def _favours(model: LinearModel, held: Corpus) -> Floats:
    """(texts,): how likely each text is positive rather than negative."""
    found = model.probabilities(held.rows.tokens, held.rows.extra)
    none = np.zeros(len(held))
    praise, blame = (found[:, model.labels.index(side)] if side in model.labels else none for side in ("positive", "negative"))
    return np.asarray((praise + TINY) / (praise + blame + 2 * TINY))


def _engine_favours(engine: LanguageEngine, held: Corpus) -> Floats:
    found = np.full(len(held), EVEN)
    for language in sorted(set(held.languages)):
        places = [at for at, spoken in enumerate(held.languages) if spoken == language]
        for first in range(0, len(places), engine.capabilities.batch_size):
            batch = places[first : first + engine.capabilities.batch_size]
            analyses = engine.analyze([held.examples[at].text for at in batch], None if language == UNKNOWN else language)
            for at, analysis in zip(batch, analyses, strict=True):
                if analysis.sentiment is not None:
                    sure = analysis.sentiment.confidence
                    found[at] = sure if analysis.sentiment.score >= 0 else min(1 - sure, EVEN - TINY)
    return found


def _exact(model: LinearModel, held: Corpus) -> Marks:
    """Rows whose set of label names is said exactly, whatever labels the model knows."""
    said = chosen(model.probabilities(held.rows.tokens, held.rows.extra), model.kind)
    found = np.zeros(len(held), np.bool_)
    for at in range(len(held)):
        true = {held.rows.labels[label] for label in np.flatnonzero(held.rows.targets[at])}
        found[at] = true == {model.labels[label] for label in np.flatnonzero(said[at])}
    return found
