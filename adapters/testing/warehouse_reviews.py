"""What every warehouse that can be asked says about reviews, with figures worked out by hand; part of `WarehouseContract`."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count
from math import log, sqrt
from typing import Any

import pytest

from adapters.testing.warehouse_queries import LIMITS
from adapters.testing.warehouse_rows import A, B, batch
from adapters.warehouse.port import Warehouse
from schemas.warehouse import RowGroup

FACT: dict[str, Any] = {"confidence": 0.5, "method": "extracted", "adapter": "t/1/t", "flags": "[]"}
SCORES = {"positive": 0.5, "neutral": 0.0, "negative": -0.5}


def review(day: int | None = 1, rating: float | None = None, sentiment: str | None = None, **columns: Any) -> dict[str, Any]:
    """A review of tea in the North on a day of March 2026, an hour before midnight UTC; ratings are of 5."""
    return {
        **FACT,
        "product": "Tea",
        "store": "North",
        "text": "t",
        "published_at": datetime(2026, 3, day, 23, tzinfo=UTC) if day else None,
        "rating": rating,
        "rating_scale": 5.0,
        "sentiment": sentiment,
        "score": SCORES[sentiment] if sentiment else None,
        **columns,
    }


def aspect(review_no: int, opinion: str | None, sentiment: str | None = None, **columns: Any) -> dict[str, Any]:
    """A mention of the taste."""
    score = SCORES[sentiment] if sentiment else None
    return {
        **FACT,
        "review_no": review_no,
        "term": "Taste",
        "category": "taste",
        "opinion": opinion,
        "sentiment": sentiment,
        "score": score,
        **columns,
    }


def load(warehouse: Warehouse, reviews: list[dict[str, Any]], document: str = A, **tables: list[dict[str, Any]]) -> None:
    """A document of these reviews, numbered from 1, and what else it holds."""
    numbered = [{"document_id": document, "review_no": number, **row} for number, row in zip(count(1), reviews, strict=False)]
    others = [batch(name, [{"document_id": document, **row} for row in rows]) for name, rows in tables.items()]
    warehouse.replace([RowGroup(document, 1, (batch("reviews", numbered), *others))], 1)


def ask(warehouse: Warehouse, sql: str) -> list[tuple[Any, ...]]:
    """The answer's rows, fractions to six places."""
    return [tuple(round(cell, 6) if isinstance(cell, float) else cell for cell in row) for row in warehouse.query(sql, LIMITS).rows]


class ReviewContract:
    """The views over reviews of a migrated, empty `warehouse`."""

    @pytest.mark.parametrize(
        ("rating", "scale", "stars"),
        [
            *((5.0, 5.0, 5.0), (8.0, 10.0, 4.0), (100.0, 100.0, 5.0), (4.5, 5.0, 4.5), (1.0, 10.0, 1.0), (0.0, 5.0, 1.0)),
            *((6.0, 5.0, None), (3.0, None, None), (None, 5.0, None), (0.0, 0.0, None)),
        ],
    )
    def test_ratings_of_any_scale_as_stars(self, warehouse: Warehouse, rating: float | None, scale: float | None, stars: float | None) -> None:
        """1 to 5; none without a scale, or for a rating beyond it."""
        load(warehouse, [review(rating=rating, rating_scale=scale)])
        assert ask(warehouse, "SELECT stars FROM counted_reviews") == [(stars,)]

    def test_a_text_counts_once_unless_it_is_a_phrase(self, warehouse: Warehouse) -> None:
        """Copies and near copies are left out of every statistic, with their aspects and terms; short phrases are not."""
        copies = [
            review(duplicate_of=1, flags='["duplicate"]'),
            review(duplicate_of=1, flags='["rating_above_scale", "near_duplicate"]'),
            review(duplicate_of=1, flags='["repeated_phrase"]'),
            review(duplicate_of=1),
        ]
        terms = [{**FACT, "item_no": number, "term": "tea", "weight": 1.0} for number in range(1, 6)]
        load(warehouse, [review(), *copies], aspects=[aspect(number, "good", "positive") for number in range(1, 6)], terms=terms)
        assert ask(warehouse, "SELECT review_no FROM counted_reviews ORDER BY 1") == [(1,), (4,)]
        assert ask(warehouse, "SELECT reviews FROM review_daily") == [(2,)]
        assert ask(warehouse, "SELECT mentions FROM aspect_daily") == [(2,)]
        assert ask(warehouse, "SELECT mentions FROM aspect_opinions") == [(2,)]
        assert ask(warehouse, "SELECT reviews FROM product_terms") == [(2,)]

    def test_days_of_a_product_in_a_store(self, warehouse: Warehouse) -> None:
        """Means of the day, of the seven days up to it, and pulled to the product's mean over all stores with the weight of ten reviews."""
        load(
            warehouse,
            [
                review(1, 5.0, "positive"),
                review(1, 3.0, "negative"),
                review(7, 1.0, "negative"),
                review(8, 2.0, None),
                review(1, 5.0, "positive", store="South"),
                review(1, 1.0, "negative", product="Milk"),
            ],
        )
        columns = "day, reviews, mean_rating, mean_stars, mean_score, share_negative, reviews_7d, mean_stars_7d, mean_score_7d, share_negative_7d"
        north = "FROM review_daily WHERE product = 'Tea' AND store = 'North' ORDER BY day"
        assert ask(warehouse, f"SELECT {columns} {north}") == [
            ("2026-03-01", 2, 4.0, 4.0, 0.0, 0.5, 2, 4.0, 0.0, 0.5),
            ("2026-03-07", 1, 1.0, 1.0, -0.5, 1.0, 3, 3.0, round(-0.5 / 3, 6), round(2 / 3, 6)),
            ("2026-03-08", 1, 2.0, 2.0, None, None, 2, 1.5, -0.5, 1.0),
        ]
        # the product's means: 16 stars of 5 reviews, score 0 and half of it negative of 4
        assert ask(warehouse, f"SELECT smoothed_stars, smoothed_score, smoothed_share_negative {north}") == [
            (round((8 + 32) / 12, 6), 0.0, 0.5),
            (round((9 + 32) / 13, 6), round(-0.5 / 13, 6), round(7 / 13, 6)),
            (round((3 + 32) / 12, 6), round(-0.5 / 11, 6), round(6 / 11, 6)),
        ]

    def test_reviews_without_product_store_or_day_are_a_group(self, warehouse: Warehouse) -> None:
        """NULL, told from those that have one; the product's key stands in for its name."""
        load(
            warehouse, [review(None, 1.0), review(None, 3.0), review(1, 5.0, store=None), review(product=None), review(product=None, product_key="k")]
        )
        assert ask(
            warehouse, "SELECT product, store, day, reviews, reviews_7d, mean_stars_7d, smoothed_stars FROM review_daily ORDER BY 1, 2, 3"
        ) == [
            ("Tea", "North", None, 2, 2, 2.0, round((4 + 30) / 12, 6)),
            ("Tea", None, "2026-03-01", 1, 1, 5.0, round((5 + 30) / 11, 6)),
            ("k", "North", "2026-03-01", 1, 1, None, None),
            (None, "North", "2026-03-01", 1, 1, None, None),
        ]

    def test_days_of_an_aspect(self, warehouse: Warehouse) -> None:
        """Mentions with and without an opinion on it; the category names the aspect, else the term."""
        mentions = [
            aspect(1, "good", "positive"),
            aspect(1, "stale", "negative"),
            aspect(2, "stale", "negative"),
            aspect(2, None, None),
            aspect(3, "stale", "negative", term="Husk", category=None),
            aspect(1, "odd", "negative", document_id=B),
        ]
        load(warehouse, [review(1), review(6), review(6)], aspects=mentions)
        columns = "aspect, day, mentions, positive, negative, mean_score, share_negative, mentions_7d, share_negative_7d, smoothed_share_negative"
        assert ask(warehouse, f"SELECT {columns} FROM aspect_daily WHERE product = 'Tea' ORDER BY aspect, day") == [  # noqa: S608 - our own names
            ("husk", "2026-03-06", 1, 0, 1, -0.5, 1.0, 1, 1.0, 1.0),
            ("taste", "2026-03-01", 2, 1, 1, 0.0, 0.5, 2, 0.5, round((1 + 20 / 3) / 12, 6)),
            ("taste", "2026-03-06", 2, 0, 1, -0.5, 1.0, 4, round(2 / 3, 6), round((2 + 20 / 3) / 13, 6)),
        ]

    def test_terms_of_a_product_against_the_rest(self, warehouse: Warehouse) -> None:
        """Log-odds with an informative Dirichlet prior and their z-score, as in the paper's formulas; same language only."""
        reviews = [review(language="en"), review(language="en"), review(product="Milk", language="en"), review(product="Milk", language="es")]
        said = {1: ("green", "cup"), 2: ("green",), 3: ("green", "cup", "cow"), 4: ("green",)}
        terms = [{**FACT, "item_no": number, "term": term, "weight": 1.0} for number, found in said.items() for term in found]
        load(warehouse, reviews, terms=terms)
        prior = 500 * 3 / 6
        here, there = (2 + prior) / (3 + 500 - 2 - prior), (1 + prior) / (3 + 500 - 1 - prior)
        wanted = log(here) - log(there)
        z_score = wanted / sqrt(1 / (2 + prior) + 1 / (1 + prior))
        assert ask(warehouse, "SELECT * FROM product_terms") == [("Tea", "en", "green", 2, 1, round(wanted, 6), round(z_score, 6))]

    def test_a_product_alone_has_terms_without_odds(self, warehouse: Warehouse) -> None:
        """Nothing to compare with: the odds are even. Reviews without a product are part of the rest; where all say one thing there are no odds."""
        terms = [{**FACT, "item_no": number, "term": term, "weight": 1.0} for number in (1, 2) for term in ("green", "cup")]
        load(warehouse, [review(), review()], terms=terms)
        columns = "language, term, reviews, other_reviews, log_odds, z_score"
        found = ask(warehouse, f"SELECT {columns} FROM product_terms ORDER BY 2")  # noqa: S608 - our own names
        assert found == [("und", "cup", 2, 0, 0.0, 0.0), ("und", "green", 2, 0, 0.0, 0.0)]
        load(warehouse, [review(product=None)], B, terms=[{**FACT, "item_no": 1, "term": "cup", "weight": 1.0}])
        assert ask(warehouse, "SELECT term, other_reviews, log_odds < 0 FROM product_terms ORDER BY 1") == [("cup", 1, True), ("green", 0, False)]

    def test_one_term_in_all_reviews_has_no_odds(self, warehouse: Warehouse) -> None:
        """No division by nothing."""
        load(warehouse, [review(), review()], terms=[{**FACT, "item_no": number, "term": "tea", "weight": 1.0} for number in (1, 2)])
        assert ask(warehouse, "SELECT term, log_odds, z_score FROM product_terms") == [("tea", None, None)]

    def test_opinions_on_an_aspect_with_an_example(self, warehouse: Warehouse) -> None:
        """Ranked by mentions; the example is the sentence around the surest mention, counted in characters and not in bytes."""
        text = "Nice box 😀👍🏽. The taste is stale, 4.5 at most! Never\nagain"
        begins = text.index("taste")
        mentions = [
            aspect(1, "Stale", "negative", confidence=0.9, char_start=begins, char_end=begins + 5),
            aspect(2, "stale", "negative", confidence=0.2),
            aspect(2, "stale", "positive", confidence=0.2),
            aspect(2, "fresh", "positive", char_start=0, char_end=5),
            aspect(2, None, "positive"),
        ]
        load(warehouse, [review(text=text), review(text="taste it: Fresh\nand good")], aspects=mentions)
        columns = "opinion, opinion_rank, mentions, positive, negative, polarity, mean_score, example, document_id, review_no"
        assert ask(warehouse, f"SELECT {columns} FROM aspect_opinions WHERE product = 'Tea' AND aspect = 'taste' ORDER BY opinion_rank") == [  # noqa: S608 - our own names
            ("stale", 1, 3, 1, 2, "negative", round(-0.5 / 3, 6), "The taste is stale, 4.5 at most!", A, 1),
            ("fresh", 2, 1, 1, 0, "positive", 0.5, "taste it: Fresh", A, 2),
        ]

    def test_an_example_is_bounded(self, warehouse: Warehouse) -> None:
        """400 characters of a text without an end."""
        load(warehouse, [review(text="x" * 1000)], aspects=[aspect(1, "long", char_start=500, char_end=505)])
        assert ask(warehouse, "SELECT example, polarity FROM aspect_opinions") == [("x" * 400, "neutral")]

    def test_stars_and_words_that_disagree(self, warehouse: Warehouse) -> None:
        """The widest gap first; three stars disagree with nothing."""
        load(
            warehouse,
            [
                review(1, 5.0, "negative"),
                review(1, 1.0, "positive", score=0.9),
                review(1, 3.0, "negative"),
                review(1, 5.0, "positive"),
                review(1, 2.0, "negative"),
                review(1, 4.0, "negative", duplicate_of=1),
            ],
        )
        assert ask(warehouse, "SELECT review_no, stars, sentiment, gap FROM rating_vs_sentiment") == [
            (2, 1.0, "positive", 1.9),
            (1, 5.0, "negative", 1.5),
        ]

    def test_copies_over_parts_and_files(self, warehouse: Warehouse) -> None:
        """Grouped by the text's key; a near copy belongs to the text it was found to copy."""
        load(
            warehouse,
            [
                review(3, text="one", text_key="k1", author="a"),
                review(2, text="ONE", text_key="k1", author="b", duplicate_of=1),
                review(1, text="onne", text_key="k3", author="b", duplicate_of=1),
                review(1, text="alone", text_key="k2"),
                review(None, text=""),
                review(None, text=""),
            ],
        )
        load(warehouse, [review(5, text="one!", text_key="k1", product="Milk"), review(text="other", text_key="k4")], B)
        columns = "text_key, copies, near_copies, documents, products, authors, first_day, last_day, document_id, review_no, text"
        assert ask(warehouse, f"SELECT {columns} FROM review_duplicates") == [  # noqa: S608 - our own names
            ("k1", 4, 1, 2, 2, 2, "2026-03-01", "2026-03-05", A, 2, "ONE"),
        ]
