"""From files to a model in force: reading, holding out, contests, promotion."""

from __future__ import annotations

import csv
import gzip
import json
import random
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from adapters.nlp.learned.linear import LinearModel
from adapters.nlp.learned.store import ModelStore
from schemas.errors import Conflict, InvalidRequest, ModelDamaged, NotFound
from schemas.settings import Limits
from workers.learning.corpus import corpus_of, held_out
from workers.learning.drawing import document, mistakes, tables
from workers.learning.records import Asked, Gathered, gather
from workers.learning.training import PAGE, REPORT, Policy, Wanted, promote, report_of, train

AT = datetime(2026, 11, 21, tzinfo=UTC)
PRAISE = "great lovely perfect wonderful sturdy tasty".split()
BLAME = "broken awful flimsy stale useless sour".split()
THINGS = "the box lid taste price colour handle arrived was it and is very really again we this with".split()


def reviews(number: int, seed: int, turned: bool = False) -> list[dict[str, Any]]:
    """Made-up reviews of 1 to 5 stars; `turned`: the stars say the opposite of the words."""
    draw = random.Random(seed)
    rows = []
    for at in range(number):
        stars = draw.choices((1, 2, 3, 4, 5), (2, 1, 1, 1, 3))[0]
        good = stars > 3 if not turned else stars < 3
        said = draw.choices(PRAISE + BLAME if stars == 3 else PRAISE if good else BLAME, k=3)
        rows.append(
            {
                "review_text": " ".join([*draw.choices(THINGS, k=6), *said, f"n{at}x{seed}"]).translate(str.maketrans("0123456789", "abcdefghij")),
                "stars": stars,
            }
        )
    return rows


def lines(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    return path


def gathered(paths: list[Path], asked: Asked) -> Gathered:
    return gather(paths, asked, Limits(), lambda _: None)


def trained(store: ModelStore, path: Path, policy: Policy = "if-better", **asked: Any) -> Any:
    return train(Wanted("sentiment", "shop", (path,), Asked(sentiment=True, **asked), policy), store, Limits(), AT, lambda _: None)


@pytest.fixture
def store(tmp_path: Path) -> ModelStore:
    return ModelStore(tmp_path / "models")


def test_any_review_file_is_read_the_same(tmp_path: Path) -> None:
    rows = reviews(60, 1)
    as_lines = lines(tmp_path / "a.jsonl", rows)
    packed = tmp_path / "a.jsonl.gz"
    packed.write_bytes(gzip.compress(as_lines.read_bytes()))
    table = tmp_path / "a.csv"
    with table.open("w", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerows([["Reseña", "Estrellas"], *[[row["review_text"], row["stars"]] for row in rows]])
    found = [gathered([path], Asked(sentiment=True)) for path in (as_lines, packed, table)]
    assert found[0].examples == found[1].examples == found[2].examples
    assert Counter(example.labels[0] for example in found[0].examples) == Counter(
        "positive" if row["stars"] > 3 else "neutral" if row["stars"] == 3 else "negative" for row in rows
    )


def test_rows_without_label_or_text_and_broken_ones_are_counted(tmp_path: Path) -> None:
    path = lines(tmp_path / "a.jsonl", [*reviews(30, 1), {"review_text": "no stars"}, {"stars": 3}, {"review_text": "odd", "stars": "many"}])
    with path.open("a") as file:
        file.write("{broken\n")
    found = gathered([path], Asked(sentiment=True))
    assert len(found.examples) == 30
    assert found.counts == {"read": 34, "without_label": 2, "without_text": 1, "broken": 1}


def test_a_column_of_polarities_is_found_and_a_file_without_any_says_so(tmp_path: Path) -> None:
    found = gathered([lines(tmp_path / "a.jsonl", [{"text": f"text {at}", "label": at % 2} for at in range(10)])], Asked(sentiment=True))
    assert Counter(example.labels[0] for example in found.examples) == {"negative": 5, "positive": 5}
    bare = lines(tmp_path / "b.jsonl", [{"text": f"text {at}", "colour": "red"} for at in range(10)])
    with pytest.raises(InvalidRequest, match="--label"):
        gathered([bare], Asked(sentiment=True))
    with pytest.raises(InvalidRequest, match="'colour'"):
        gathered([bare], Asked(sentiment=False, text="text", label="color"))
    with pytest.raises(NotFound):
        gathered([tmp_path / "missing.jsonl"], Asked(sentiment=True))


def test_of_more_rows_than_asked_the_same_are_taken_whatever_their_order(tmp_path: Path) -> None:
    rows = reviews(200, 1)
    there, back = lines(tmp_path / "a.jsonl", rows), lines(tmp_path / "b.jsonl", rows[::-1])
    found = [gathered([path], Asked(sentiment=True, most=50)) for path in (there, back)]
    assert len(found[0].examples) == 50
    assert found[0].examples == found[1].examples
    assert found[0].counts["not_sampled"] == 150


def test_a_tenth_is_held_out_by_letters_alone() -> None:
    texts = [f"review number {at} of a thing" for at in range(5000)]
    held = [held_out(text) for text in texts]
    assert 400 < sum(held) < 600
    assert held == [held_out(f"  {text.upper()}!!") for text in texts]


def test_languages_and_rare_labels_are_left_out_and_counted() -> None:
    from workers.learning.records import Example

    english = [Example(f"the food was very good and we liked it {'x' * at}", (["yes", "no"][at % 2],), None) for at in range(40)]
    spanish = [Example(f"la comida estaba muy buena y nos gustó {'x' * at}", ("yes",), "es-MX") for at in range(5)]
    counts: Counter[str] = Counter()
    found = corpus_of([*english, *spanish, *[Example("rare thing", ("seldom",), "en")] * 3], False, ["en"], counts)
    assert (len(found), found.rows.labels, found.kind) == (40, ("no", "yes"), "single")
    assert (counts["other_language"], counts["rare_label"]) == (5, 3)
    with pytest.raises(InvalidRequest, match="at least two labels"):
        corpus_of(spanish, False, (), counts)


def test_a_better_model_takes_the_place_and_a_worse_one_does_not(store: ModelStore, tmp_path: Path) -> None:
    good, bad = lines(tmp_path / "good.jsonl", reviews(900, 1)), lines(tmp_path / "bad.jsonl", reviews(900, 2, turned=True))
    first = trained(store, good, "always")
    assert first.promoted
    assert first.report.contest.opponent == "shipped"
    assert first.report.contest.our_loss < first.report.contest.their_loss
    assert len(first.report.contest.deciding) == 20
    assert {one.label for one in first.report.contest.deciding} <= {"positive", "negative"}
    assert "Rows that decided" in (first.stored.folder / PAGE).read_text("utf-8")
    assert first.report.held_out.polarity.balanced_accuracy > 0.95
    assert first.report.held_out.calibration.expected_error < 0.1
    again = trained(store, good)
    assert again.report.contest.opponent == first.stored.title
    assert (again.report.contest.ours, again.promoted) == (again.report.contest.theirs, False)
    with pytest.raises(Conflict, match="--force"):
        promote(again.stored, store, Limits(), lambda _: None, force=False)
    turned = trained(store, bad, "never")
    assert turned.report.contest.won
    assert not turned.promoted
    assert promote(turned.stored, store, Limits(), lambda _: None, force=False)[0].promoted
    back, contest = promote(first.stored, store, Limits(), lambda _: None, force=False)
    assert contest is not None
    assert (back.promoted, contest.opponent, contest.rows) == (True, turned.stored.title, first.report.contest.rows)


def test_a_contest_needs_the_files_it_was_trained_on(store: ModelStore, tmp_path: Path) -> None:
    path = lines(tmp_path / "a.jsonl", reviews(700, 1))
    first, second = trained(store, path, "never"), trained(store, path, "always")
    assert second.promoted
    lines(path, reviews(700, 3))
    with pytest.raises(InvalidRequest, match="no longer the file"):
        promote(first.stored, store, Limits(), lambda _: None, force=False)
    path.unlink()
    with pytest.raises(InvalidRequest, match="gone"):
        promote(first.stored, store, Limits(), lambda _: None, force=False)
    assert promote(first.stored, store, Limits(), lambda _: None, force=True)[1] is None


def test_the_report_lies_beside_the_weights_and_quotes_safely(store: ModelStore, tmp_path: Path) -> None:
    rows = reviews(600, 1)
    rows += [{"review_text": f"great perfect lovely <script>alert({chr(97 + at % 26)})</script>", "stars": 1} for at in range(40)]
    found = trained(store, lines(tmp_path / "a.jsonl", rows)).stored
    report = report_of(found)
    assert [point.rows for point in report.curve] == sorted(point.rows for point in report.curve)
    assert set(report.telling["positive"][0]) and {gram for gram, _ in report.telling["negative"]} & set(BLAME)
    assert "<script>" not in document(report)
    assert "Labels, cross-validated" in [table.title for table in tables(report)]
    assert len(mistakes(report).rows) == len(report.worst) > 0
    assert {path.name for path in found.folder.iterdir()} == {"model.json", "weights.npz", REPORT, PAGE}
    card = LinearModel.load(found.folder).card
    assert (card["reading"], card["languages"][0]) == ("words", "en")
    (found.folder / REPORT).write_text("{}")
    with pytest.raises(ModelDamaged):
        report_of(found)


@pytest.mark.parametrize(("several", "kind"), [(0, "single"), (2, "shared"), (40, "multi")])
def test_labels_of_a_classifier_may_be_lists(store: ModelStore, tmp_path: Path, several: int, kind: str) -> None:
    rows = [
        {"said": f"{['cancel', 'book'][at % 2]} the flight {chr(97 + at % 26) * (1 + at // 26)}", "intents": [["stop"], ["go"]][at % 2]}
        for at in range(300)
    ]
    for at in range(several):
        rows.append({"said": f"cancel and book {chr(97 + at % 26) * (1 + at // 26)}", "intents": ["stop", "go"]})
    path = lines(tmp_path / "a.jsonl", rows)
    asked = Asked(sentiment=False, text="said", label="intents")
    found = train(Wanted("classifier", "intent", (path,), asked, "always"), store, Limits(), AT, lambda _: None)
    assert found.report.kind == kind
    assert found.report.crossed.accuracy > 0.9
    assert found.report.contest.opponent == "the commonest label"


def test_sentiment_needs_both_sides(store: ModelStore, tmp_path: Path) -> None:
    rows = [row for row in reviews(300, 1) if row["stars"] >= 3]
    with pytest.raises(InvalidRequest, match="rows that blame"):
        trained(store, lines(tmp_path / "a.jsonl", rows))
    assert store.all() == ()


def test_a_damaged_model_in_force_is_nobodys_opponent(store: ModelStore, tmp_path: Path) -> None:
    path = lines(tmp_path / "a.jsonl", reviews(700, 1))
    broken = trained(store, path, "always").stored
    (broken.folder / "weights.npz").write_bytes(b"")
    said: list[str] = []
    asked = Wanted("sentiment", "shop", (path,), Asked(sentiment=True))
    found = train(asked, store, Limits(), AT, said.append)
    assert (found.report.contest.opponent, found.promoted) == ("shipped", found.report.contest.won)
    assert any("cannot be used" in line for line in said)
