"""Shares, precision, recall and F1: how every evaluation counts."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Final, TypeVar

from schemas.documents import Value

T = TypeVar("T", bound=Hashable)
TINY: Final = 1e-9
"""Keeps F1 of nothing at zero."""


def share(part: float, whole: float) -> float:
    """`part` of `whole`; 0 where there is no whole."""
    return part / whole if whole else 0.0


def f1_of(recall: float, precision: float) -> float:
    """Harmonic mean of recall and precision, 0 to 1."""
    return 2 * recall * precision / max(recall + precision, TINY)


def macro_f1(pairs: Sequence[tuple[T, T | None]]) -> float:
    """Mean of the classes' F1 over the classes that occur among the labels (first of each pair)."""
    classes = {label for label, _ in pairs}
    return share(sum(_f1_of_class(pairs, one) for one in classes), len(classes))


def _f1_of_class(pairs: Sequence[tuple[T, T | None]], one: T) -> float:
    right = sum(label == one == said for label, said in pairs)
    recall = share(right, sum(label == one for label, _ in pairs))
    return f1_of(recall, share(right, sum(said == one for _, said in pairs)))


class Retrieval(Value):
    """Things of ours against labelled ones."""

    labelled: int
    stated: int
    right: int
    precision: float
    recall: float
    f1: float

    @classmethod
    def counted(cls, *, labelled: int, stated: int, right: int) -> Retrieval:
        """From counts."""
        recall, precision = share(right, labelled), share(right, stated)
        return cls(labelled=labelled, stated=stated, right=right, precision=precision, recall=recall, f1=f1_of(recall, precision))


class FieldScore(Value):
    """How one field was read over a whole set."""

    labelled: int
    """Items whose label states the field."""
    stated: int
    """Items of ours that state it."""
    right: int
    """Items of ours that state what the label of their item states."""
    recall: float
    """Right ones among the labelled."""
    precision: float
    """Right ones among those we stated."""
    f1: float
    when_matched: float
    """Right ones among the labelled whose item was found at all."""

    @classmethod
    def counted(cls, *, labelled: int, stated: int, right: int, matched: int) -> FieldScore:
        """From counts; `matched` are the labelled ones whose item was found."""
        recall, precision = share(right, labelled), share(right, stated)
        return cls(
            labelled=labelled,
            stated=stated,
            right=right,
            recall=recall,
            precision=precision,
            f1=f1_of(recall, precision),
            when_matched=share(right, matched),
        )
