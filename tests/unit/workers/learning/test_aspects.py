from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from adapters.nlp.aspects.finder import AspectFinder
from adapters.nlp.aspects.tagger import Tagger
from adapters.nlp.learned.store import ModelStore
from schemas.errors import Conflict, Empty, InvalidRequest, ModelDamaged
from workers.learning.aspect_material import materials
from workers.learning.aspects import WantedAspects, aspect_report_of, aspect_tables, promote_aspects, train_aspects
from workers.learning.corpus import held_out

AT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
THINGS = ("glim", "frob snark", "wumpus", "tove", "rath")
MOODS = ("positive", "negative", "neutral")
FRAMES = ("We went there and saw {} once more", "My friend told us {} again", "It is {} that I got")


def rows(count):
    """Made-up terms that no rule would take, each text another."""
    for number in range(count):
        term, frame = THINGS[number % len(THINGS)], FRAMES[number // len(THINGS) % len(FRAMES)]
        text = f"{frame.format(term)} on day {'abcdefghij'[number % 10]}{'klmnopqrst'[number // 10 % 10]}{'uvwxyzabcd'[number // 100]}."
        yield {"text": text, "language": "en", "set": "toys", "aspects": [{"term": term, "polarity": MOODS[number % 3], "start": text.index(term)}]}


@pytest.fixture(autouse=True)
def two_folds(monkeypatch):
    monkeypatch.setattr("workers.learning.aspects.FOLDS", 2)
    monkeypatch.setattr("workers.learning.chains.PASSES", 15)


@pytest.fixture
def labelled(tmp_path):
    path = tmp_path / "labelled.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows(700)))
    return path


@pytest.fixture
def store(tmp_path):
    return ModelStore(tmp_path / "models")


def trained(path, store, policy="if-better", sets=()):
    return train_aspects(WantedAspects((path,), "default", policy, sets), store, AT, lambda _: None)


def test_only_the_sets_that_are_asked_for_count(labelled, store, tmp_path):
    both = tmp_path / "both.jsonl"
    others = (json.dumps({**row, "set": "games", "text": row["text"] + " Odd."}) for row in rows(300))
    both.write_text(labelled.read_text() + "".join(line + "\n" for line in others))
    report = trained(both, store, "never", ("games",)).report
    assert (report.texts, report.left_out, list(report.crossed), report.sets) == (300, 0, ["games"], ("games",))
    with pytest.raises(InvalidRequest, match="at least 50 texts"):
        trained(both, store, "never", ("books",))


def test_a_better_tagger_comes_into_force_with_its_report(labelled, store):
    outcome = trained(labelled, store)
    assert outcome.promoted
    assert store.promoted("aspects") == outcome.stored
    report = aspect_report_of(outcome.stored)
    assert report == outcome.report
    assert report.texts == report.with_terms == 700
    assert report.held_out.f1 > report.contest.theirs
    assert report.crossed["toys"].f1 > 0.95 > report.rules["toys"].f1
    assert report.contest.opponent == "shipped"
    assert report.polarity["toys"].terms == sum(figures.texts for figures in report.crossed.values())
    assert AspectFinder.load(outcome.stored.folder)
    assert Tagger.load(outcome.stored.folder).card["languages"] == ["en"]


def test_no_held_out_text_is_learned_from(labelled):
    learned, held, _ = materials([labelled])
    assert held.golds
    assert all(held_out(gold.text) for gold in held.golds)
    assert not any(held_out(gold.text) for gold in learned.golds)


def test_kept_out_stays_out_until_it_is_promoted(labelled, store):
    outcome = trained(labelled, store, "never")
    assert not outcome.promoted
    assert store.promoted("aspects") is None
    stored, contest = promote_aspects(outcome.stored, store, force=False)
    assert stored.promoted
    assert contest is not None
    assert contest.won


def test_one_that_is_no_better_is_refused_unless_forced(labelled, store):
    trained(labelled, store)
    again = trained(labelled, store)
    assert not again.promoted
    with pytest.raises(Conflict, match="does not beat"):
        promote_aspects(again.stored, store, force=False)
    assert promote_aspects(again.stored, store, force=True)[0].promoted


def test_files_that_changed_cannot_decide(labelled, store):
    first = trained(labelled, store, "never")
    trained(labelled, store, "always")
    labelled.write_text(labelled.read_text() + "\n")
    with pytest.raises(InvalidRequest, match="have changed"):
        promote_aspects(first.stored, store, force=False)


def test_too_few_texts_are_refused(tmp_path, store):
    path = tmp_path / "few.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows(20)))
    with pytest.raises(InvalidRequest, match="at least 50"):
        trained(path, store)
    assert store.all() == ()


def test_a_file_without_labels_is_refused(tmp_path, store):
    path = tmp_path / "none.jsonl"
    path.write_text('{"text": "soup"}\n')
    with pytest.raises(Empty):
        trained(path, store)


def test_what_cannot_be_learned_is_counted(tmp_path):
    path = tmp_path / "odd.jsonl"
    good = {"text": "The soup", "language": "en-GB", "aspects": [{"term": "soup", "start": 4}]}
    odd = [
        good,
        good | {"language": "ru"},
        good | {"language": None},
        good | {"aspects": [{"term": "soup", "start": 5}]},
        good | {"aspects": [{"term": "soup"}]},
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in odd) + "no json\n")
    learned, held, counts = materials([path])
    assert len(learned.golds) + len(held.golds) == 1
    assert counts == {"left_out": 4, "broken": 1}


def test_a_report_of_another_version_is_damage(labelled, store):
    stored = trained(labelled, store).stored
    (stored.folder / "report.json").write_text("{}")
    with pytest.raises(ModelDamaged):
        aspect_report_of(stored)


def test_the_report_as_a_table_has_a_row_for_each_domain(labelled, store):
    terms, polarity = aspect_tables(trained(labelled, store).report)
    assert [row[0] for row in terms.rows] == ["toys", "held out"]
    assert [row[0] for row in polarity.rows] == ["toys"]
