"""Values of an answer as text, the same from every warehouse."""

from __future__ import annotations


def decimal_text(digits: str) -> str:
    """A decimal with at least two places when it has any: `1.2900` is `1.29`, `1.2345` stays, `2.0000` is `2.00`."""
    whole, point, fraction = digits.partition(".")
    if not point:
        return digits
    return f"{whole}.{fraction.rstrip('0').ljust(min(2, len(fraction)), '0')}"


def utc_iso(text: str) -> str:
    """ISO 8601 in UTC from a database's `2026-01-02 03:04:05.5` in UTC; what is no such time (`infinity`) stays."""
    return f"{text[:10]}T{text[11:]}Z" if len(text) >= 19 and text[10] == " " else text
