from __future__ import annotations

from dataclasses import replace

import pytest

from tests.unit.workers.evaluation.brochures.cases import ABSENT, ALL, BARE, RIGHT, report
from workers.evaluation.brochures.report import worst
from workers.evaluation.brochures.tables import row_beside_others, tables
from workers.evaluation.tables import as_markdown, as_text


def test_every_label_has_one_fate() -> None:
    found = report(ALL).overall.misses
    fates = (found.right, found.price, found.unit, found.name, found.missed, found.unpriced)
    assert fates == (1, 1, 1, 1, 1, 1)
    assert (found.labels, found.invented, found.ceiling) == (6, 1, pytest.approx(5 / 6))


def test_confidence_is_held_against_the_end_to_end_truth() -> None:
    found = report(ALL, BARE)
    assert found.unjudged == 1
    assert (found.calibration.claims, found.calibration.accuracy) == (6, pytest.approx(1 / 6))
    assert (found.calibration.from_nine.claims, found.calibration.from_nine.right) == (2, 1)


def test_chains_add_up_to_all() -> None:
    found = report(ALL, RIGHT, ABSENT, BARE)
    assert list(found.chains) == ["north", "south"]
    assert sum(one.scores.offers for one in found.chains.values()) == found.overall.scores.offers == 9
    assert found.chains["south"].scores.e2e_recall == pytest.approx(1 / 3)
    assert found.chains["south"].scores.e2e_recall_pages == 0.5
    assert found.pages_without_offers == 1


def test_a_page_that_was_not_read_costs_its_labels_and_is_listed() -> None:
    found = report(RIGHT, ABSENT)
    assert [fault.page for fault in found.failed] == ["absent_1"]
    assert (found.overall.misses.missed, found.overall.scores.recall) == (2, pytest.approx(1 / 3))


def test_seconds_are_of_the_pages_read() -> None:
    found = report(ALL, RIGHT, ABSENT, BARE).seconds
    assert (found.wall, found.per_page, found.p50, found.p95, found.jobs, found.kept) == (6.0, 2.0, 2.0, 3.0, 2, False)
    many = report(*[replace(RIGHT, seconds=float(number)) for number in range(1, 101)]).seconds
    assert (many.p50, many.p95) == (50.5, 95.0)
    assert report(ABSENT).seconds.p95 == 0


def test_the_worst_pages_come_first_and_good_ones_not_at_all() -> None:
    assert [page.gold.page for page in worst([RIGHT, BARE, ALL, ABSENT], 10)] == ["all_1", "absent_1", "bare_1"]
    assert worst([ALL, ABSENT], 1) == [ALL]


def test_the_tables_say_it_all() -> None:
    text = as_text(tables(report(ALL, RIGHT, ABSENT, BARE, kept=True)))
    for line in (
        "all        3       9          7   0.556       0.222      0.714  0.625  0.333      0.667              1.000             0.389",
        "north       6      1     1      1     1       1         1         1    0.833",
        "Measured on 2026-11-21 with 0.1.0+abc. Pages without a label, left out: 1.",
        "absent_1  not_found  no file",
        "over 7 offers of ours; left out, because they met a label without a price: 1.",
        "these are not the seconds of reading.",
    ):
        assert line in text
    assert as_markdown(tables(report(RIGHT))).count("| all |") == 8  # one chain is all there is: no line of its own
    assert "Pages not read" not in as_text(tables(report(RIGHT)))


def test_the_row_beside_others_tells_no_seconds_that_are_not_those_of_reading() -> None:
    assert row_beside_others(report(ALL)).rows == (("Tamiz 0.1.0+abc", "0.167", "6.00"),)
    assert row_beside_others(report(ALL, kept=True)).rows == (("Tamiz 0.1.0+abc", "0.167", ""),)
