"""Which turns are questions, and what customers want."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from schemas.documents import Value
from workers.evaluation.shares import Retrieval, macro_f1, share

NO_QUESTION: Final = frozenset({"bh", "qh"})
"""Dialogue acts that have the form of a question and ask nothing: backchannels ("is that right?") and rhetorical questions."""


class IntentScores(Value):
    """What customers want, over labelled turns."""

    turns: int
    stated: int
    right: int
    """Turns whose intent is one of the label's."""
    accuracy: float
    macro_f1: float
    """Mean of the F1 of the intents that occur among the labels."""
    said: dict[str, dict[str, int]]
    """Turns by their label and by what we said of them; empty: nothing."""


def is_asked(is_question: bool, act: str | None) -> bool:
    """Whether a labelled turn asks something."""
    return is_question and act not in NO_QUESTION


def question_scores(labels: Sequence[bool], ours: Sequence[bool | None]) -> Retrieval:
    """Precision, recall and F1 over turns; one of which nothing is said is no question."""
    pairs = list(zip(labels, ours, strict=True))
    return Retrieval.counted(
        labelled=sum(label for label, _ in pairs),
        stated=sum(bool(said) for _, said in pairs),
        right=sum(label and bool(said) for label, said in pairs),
    )


def intent_scores(labels: Sequence[Sequence[str]], ours: Sequence[str | None]) -> IntentScores:
    """Accuracy and macro-F1 over turns with at least one labelled intent; of a turn with several, the one we say counts, else its first."""
    pairs = [(one_of(label, said), said) for label, said in zip(labels, ours, strict=True)]
    right = sum(label == said for label, said in pairs)
    return IntentScores(
        turns=len(pairs),
        stated=sum(said is not None for _, said in pairs),
        right=right,
        accuracy=share(right, len(pairs)),
        macro_f1=macro_f1(pairs),
        said=_counted(pairs),
    )


def one_of(label: Sequence[str], said: str | None) -> str:
    """The intent of a label that counts."""
    return said if said is not None and said in label else label[0]


def _counted(pairs: Sequence[tuple[str, str | None]]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for (label, said), turns in sorted(Counter((label, said or "") for label, said in pairs).items()):
        found.setdefault(label, {})[said] = turns
    return found
