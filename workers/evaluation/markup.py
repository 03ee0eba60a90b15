"""HTML and SVG that cannot be broken by what it shows: every text that is not markup already is escaped."""

from __future__ import annotations

from html import escape


class Markup(str):
    """Finished markup."""

    __slots__ = ()


def element(tag: str, *children: str, **attributes: str | float | None) -> Markup:
    """One element. A trailing `_` of an attribute's name is dropped, other `_` become `-`; None leaves the attribute out."""
    stated = "".join(f' {_name(name)}="{escape(_shown(value))}"' for name, value in attributes.items() if value is not None)
    if tag in _VOID:
        return Markup(f"<{tag}{stated}>")
    return Markup(f"<{tag}{stated}>{joined(*children)}</{tag}>")


def joined(*children: str) -> Markup:
    """Children one after another."""
    return Markup("".join(child if isinstance(child, Markup) else escape(child) for child in children))


_VOID = frozenset({"br", "input", "meta"})


def _name(name: str) -> str:
    return name.rstrip("_").replace("_", "-")


def _shown(value: str | float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
