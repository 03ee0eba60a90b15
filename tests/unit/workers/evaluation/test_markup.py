from __future__ import annotations

import pytest

from workers.evaluation.markup import Markup, element, joined


@pytest.mark.parametrize(
    "made, expected",
    [
        (element("p", "a < b & c"), "<p>a &lt; b &amp; c</p>"),
        (element("p", element("b", "<i>")), "<p><b>&lt;i&gt;</b></p>"),
        (element("td", class_="x", colspan=2, hidden=None), '<td class="x" colspan="2"></td>'),
        (element("a", href='"><script>', aria_label="it's"), '<a href="&quot;&gt;&lt;script&gt;" aria-label="it&#x27;s"></a>'),
        (element("circle", cx=1.5, cy=2.0, r=1 / 3), '<circle cx="1.5" cy="2" r="0.33"></circle>'),
        (element("line", x1=100.0, x2=0.0), '<line x1="100" x2="0"></line>'),
        (element("meta", charset="utf-8"), '<meta charset="utf-8">'),
        (joined("<", Markup("<br>")), "&lt;<br>"),
    ],
)
def test_only_markup_passes_unescaped(made: Markup, expected: str) -> None:
    assert made == expected
