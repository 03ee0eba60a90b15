"""Bars and matrices of a report, as SVG. Colours are the style's classes `series-0`, `series-1`, ...; every mark has its figure as a title."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from workers.evaluation.markup import Markup, element
from workers.evaluation.tables import plain

_NAME, _BAR, _FIGURE = 210.0, 320.0, 70.0
"""Widths of a bar's name, of the longest bar and of the figure behind it, in the unit of the drawing."""
_LINE, _GAP, _LEGEND = 14.0, 8.0, 22.0
_NAME_CHARS: Final = 32
"""What of a name fits into its column at 11 px; the whole of it is the title."""
_CELL_WIDTH, _CELL_HEIGHT, _SIDE, _HEAD = 58.0, 24.0, 150.0, 96.0
_CELL_CHARS: Final = 22
_PALEST, _FULLEST = 0.06, 0.6
"""Opacities of a cell, so that its figure can be read in it."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One name with its lines, one under the other; a line is a value of every series (0: none of it), drawn end to end, and a figure."""

    name: str
    lines: tuple[tuple[tuple[float, ...], str], ...]


def bars(found: Sequence[Bar], series: Sequence[str], label: str) -> Markup:
    """Horizontal bars, all to the scale of the longest. `series` name the parts of a line; `label` says what is drawn to who cannot see it."""
    longest = max((sum(parts) for bar in found for parts, _ in bar.lines), default=0.0) or 1.0
    drawn, top = _legend(series), _LEGEND
    for bar in found:
        middle = top + _LINE * len(bar.lines) / 2 + 4
        drawn.append(element("text", element("title", plain(bar.name)), _short(bar.name, _NAME_CHARS), x=_NAME - 8, y=middle, text_anchor="end"))
        for parts, said in bar.lines:
            drawn += _line(parts, said, series, longest, top)
            top += _LINE
        top += _GAP
    return _svg(drawn, _NAME + _BAR + _FIGURE, top, label)


def _legend(series: Sequence[str]) -> list[Markup]:
    drawn, left = list[Markup](), _NAME
    for place, name in enumerate(series):
        drawn.append(element("rect", x=left, y=3.0, width=10.0, height=10.0, class_=f"series-{place}"))
        drawn.append(element("text", name, x=left + 14, y=12.0))
        left += 30 + 6.5 * len(name)
    return drawn


def _line(parts: Sequence[float], said: str, series: Sequence[str], longest: float, top: float) -> list[Markup]:
    drawn, left = list[Markup](), _NAME
    for place, (value, name) in enumerate(zip(parts, series, strict=True)):
        width = _BAR * value / longest
        if width > 0:
            title = element("title", f"{name}: {value:.3f}")
            drawn.append(element("rect", title, x=left, y=top, width=width, height=_LINE - 2, class_=f"series-{place}"))
        left += width
    return [*drawn, element("text", said, x=left + 6, y=top + 10)]


def matrix(cells: Mapping[str, Mapping[str, float]], columns: Sequence[str], label: str) -> Markup:
    """What is true by row, what was said by column; a cell is as full as its share of the row. A figure of a cell is rounded."""
    width, height = _SIDE + _CELL_WIDTH * len(columns), _HEAD + _CELL_HEIGHT * len(cells)
    drawn = [_slanted(name, _SIDE + _CELL_WIDTH * (place + 0.5)) for place, name in enumerate(columns)]
    for line, (name, said) in enumerate(cells.items()):
        top, whole = _HEAD + _CELL_HEIGHT * line, sum(said.values()) or 1.0
        text = element("text", element("title", plain(name)), _short(name, _CELL_CHARS), x=_SIDE - 8, y=top + 16, text_anchor="end")
        drawn.append(text)
        for place, column in enumerate(columns):
            drawn += _cell((name, column), said.get(column, 0.0), whole, (_SIDE + _CELL_WIDTH * place, top))
    return _svg(drawn, width + _HEAD / 2, height + 2, label)


def _slanted(name: str, x: float) -> Markup:
    turned = f"rotate(-40 {x:g} {_HEAD - 8:g})"
    return element("text", element("title", plain(name)), _short(name, _CELL_CHARS), x=x, y=_HEAD - 8, transform=turned)


def _cell(names: tuple[str, str], value: float, whole: float, corner: tuple[float, float]) -> list[Markup]:
    (true, said), (left, top) = names, corner
    share = value / whole
    title = element("title", plain(f"{true}, said {said}: {value:.0f} ({share:.0%})"))
    place = {"x": left + 1, "y": top + 1, "width": _CELL_WIDTH - 2, "height": _CELL_HEIGHT - 2}
    filled = element("rect", title, **place, class_="right" if true == said else "wrong", fill_opacity=_PALEST + (_FULLEST - _PALEST) * share)
    if not value:
        return [filled]
    return [filled, element("text", f"{value:.0f}", x=left + _CELL_WIDTH / 2, y=top + 16, text_anchor="middle", class_="count")]


def _svg(drawn: Sequence[Markup], width: float, height: float, label: str) -> Markup:
    return element("svg", *drawn, viewBox=f"0 0 {width:g} {height:g}", width=width, height=height, class_="chart", role="img", aria_label=label)


def _short(name: str, chars: int) -> str:
    shown = plain(name)
    return shown if len(shown) <= chars else shown[: chars - 1] + "\N{HORIZONTAL ELLIPSIS}"
