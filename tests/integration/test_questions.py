"""Every statement of docs/questions.md, in both databases."""

from __future__ import annotations

import re

import pytest

from adapters.testing.warehouse_queries import LIMITS
from adapters.testing.warehouse_reviews import FACT, aspect, load, review
from benchmarks.questions import PAGE, questions

TEXT = PAGE.read_text(encoding="utf-8")
ASKED = questions(TEXT)
HEADERS = [header.split() for header in re.findall(r"```text\n(.*)\n", TEXT)]


@pytest.mark.parametrize("database", ["duckdb", "postgres"])
def test_every_question_is_answered(request, database):
    warehouse = request.getfixturevalue(database)
    warehouse.migrate()
    load_samples(warehouse)
    for sql, header in zip(ASKED, HEADERS, strict=True):
        answer = warehouse.query(sql, LIMITS)
        assert list(answer.columns) == header
        assert answer.rows, sql


def load_samples(warehouse):
    """Rows for every question to find something."""
    said = "Folgers is better than this one, a long complaint from begin to end."
    named = [
        review(product="Hotels", rating=rating, sentiment=sentiment, language="es", text=said, text_key="k")
        for rating, sentiment in ((1.0, "positive"), (5.0, "negative"), (5.0, "positive")) * 40
    ]
    yogurt = {"product": "Strawberry Yogurt 4 x 125 g", "brand": "Brimmelhof", "language": "en"}
    dated = [review(1 + day, 4.0, "positive", **yogurt) for day in range(12)]
    food = [review(None, 5.0, product="B005K4Q1VI", language="en", store=None) for _ in range(2)]
    reviews = [*named, *dated, *food]
    aspects = [aspect(number, "fine", "positive") for number in range(1, len(named) + len(dated) + 1)]
    terms = [{**FACT, "item_no": number, "term": f"word{number % 2}", "weight": 1.0} for number in (len(reviews) - 1, len(reviews)) * 2]
    load(warehouse, reviews, aspects=aspects, terms=terms)
