"""The order of one object's events, where the source gives them one."""

from __future__ import annotations


def compare_order(left: str, right: str) -> int:
    """Negative, zero or positive: `left` is older than, as old as, or newer than `right`. Only keys of the same object compare.

    The shorter key is padded on the right with zeros and both are compared as text. That is the rule of the S3 `sequencer` (Amazon S3 user guide,
    "Event message structure"); numbers of fixed width (a zero-padded GCS generation) and Azure's sequencers of equal length compare the same way.
    """
    width = max(len(left), len(right))
    padded_left, padded_right = left.ljust(width, "0"), right.ljust(width, "0")
    return (padded_left > padded_right) - (padded_left < padded_right)
