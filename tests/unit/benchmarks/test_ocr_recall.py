"""What counts as read: words of names, amounts as printed or in cents."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.ocr_recall import Labels


def labels(**offer):
    return Labels(Path(), {"one": {"page": "one", "chain": "moolane", "offers": [{"product_name": "Äpfel rot", "price": "1.49", **offer}]}})


@pytest.mark.parametrize(
    ("texts", "names", "price"),
    [
        (["ÄPFEL", "rot 1.49"], 1.0, 1.0),
        (["Bioapfel", "149"], 0.5, 1.0),
        (["karotte"], 0.0, 0.0),
        ([], 0.0, 0.0),
    ],
)
def test_names_without_case_and_accents_and_prices_in_cents(texts, names, price):
    assert labels().recall("one", texts).shares == (names, price, 1.0)


def test_short_words_must_stand_alone():
    assert labels(product_name="rot").recall("one", ["Brotzeit"]).found[0] == 0


def test_old_prices_count_apart_and_pages_add_up():
    one = labels(original_price="1.99").recall("one", ["1.99"])
    assert (one + one).labelled == (4, 2, 2)
    assert (one + one).found == (0, 0, 2)


def test_pages_are_spread_evenly_over_the_chains(tmp_path):
    pages = [{"page": f"{chain}{number}", "chain": chain, "offers": []} for chain, many in (("a", 10), ("b", 2)) for number in range(many)]
    (tmp_path / "gold.jsonl").write_text("\n".join(json.dumps(page) for page in pages))
    assert Labels.load(tmp_path).spread(6) == ["a1", "a5", "a8", "b0", "b1"]
