from __future__ import annotations

import json

import pytest

from tests.unit.workers.evaluation.reviews.cases import felt, labelled, readings, sentence_of, starred, termed
from workers.evaluation.reviews.predictions import prediction_lines
from workers.evaluation.reviews.report import EngineRun, engine_report


def test_groups_are_all_then_files_and_languages_and_tell_nothing_twice() -> None:
    reviews = [starred(5, file="a.jsonl"), starred(1, file="b.jsonl"), starred(1, file="b.jsonl")]
    found = readings(felt(1.0, language="en"), felt(1.0, language="es"), felt(-1.0, language="en"))
    report = engine_report(EngineRun("local", found, 2), reviews, 5)
    assert list(report.sentiment) == ["all", "file a.jsonl", "file b.jsonl", "language en", "language es"]  # a file is a domain here
    assert report.sentiment["all"].accuracy == pytest.approx(2 / 3)
    assert report.sentiment["file b.jsonl"].accuracy == 0.5
    assert (report.sentiment["language en"].reviews, report.sentiment["language es"].accuracy) == (2, 0.0)
    assert report.aspects == {}


def test_one_file_in_one_language_has_one_group() -> None:
    report = engine_report(EngineRun("local", readings(felt(1.0), felt(1.0)), 1), [starred(5), starred(4)], 5)
    assert list(report.sentiment) == ["all"]


def test_a_stated_language_counts_and_rare_guesses_are_put_together() -> None:
    reviews = [*[starred(5)] * 598, starred(5), starred(5), starred(5, language="da")]
    found = [*[felt(1.0, language="en")] * 598, felt(1.0, language="tr"), None, felt(1.0, language="no")]
    report = engine_report(EngineRun("local", readings(*found), 1), reviews, 5)
    assert {name: of.reviews for name, of in report.sentiment.items()} == {"all": 601, "language da": 1, "language en": 598, "language other": 2}
    assert report.unread == 1


def test_sentences_are_grouped_by_domain() -> None:
    laptop, soup = sentence_of("The lid broke.", ("lid", "negative")), sentence_of("The soup.", ("soup", None), domain="restaurants")
    found = readings(termed("The lid broke.", ("lid", "negative")), termed("The soup."))
    report = engine_report(EngineRun("local", found, 1), [laptop, soup], 5)
    assert {name: of.terms.f1 for name, of in report.aspects.items()} == {
        "all": pytest.approx(2 / 3),
        "domain laptops": 1.0,
        "domain restaurants": 0.0,
    }
    assert report.sentiment == {}


def test_what_an_engine_does_not_say_has_no_figures() -> None:
    found = readings(termed("The lid broke."), felt(None), provides=("language",))
    report = engine_report(EngineRun("none", found, 1), [sentence_of("The lid broke.", ("lid", "negative")), starred(5)], 5)
    assert (report.not_provided, report.sentiment, report.aspects, report.mistakes, report.missed_terms) == (("sentiment", "aspects"), {}, {}, (), ())


def test_the_surest_mistakes_come_first_and_right_signs_are_none() -> None:
    reviews = [starred(5, "x" * 400, line_no=1), labelled(True), starred(1, line_no=3), starred(3, line_no=4), starred(5, line_no=5)]
    found = readings(felt(-0.2, 0.6), felt(-0.4, 0.9), felt(-0.9, 0.99), felt(-0.9, 0.99), felt(None, 0.99))
    mistakes = engine_report(EngineRun("local", found, 1), reviews, 5).mistakes
    assert [(one.line_no, one.truth, one.said, one.score) for one in mistakes] == [
        (1, "positive", "negative", -0.4),
        (1, "5 stars", "negative", -0.2),
    ]
    assert (len(mistakes[1].text), mistakes[1].text[-3:]) == (303, "...")
    assert len(engine_report(EngineRun("local", found, 1), reviews, 1).mistakes) == 1


def test_terms_that_go_wrong_most_often_come_first() -> None:
    one = sentence_of("The lid, the screen.", ("lid", None), ("screen", None))
    two = sentence_of("A lid.", ("lid", None))
    found = readings(termed("The lid, the screen.", ("the", None)), termed("A lid."))
    report = engine_report(EngineRun("local", found, 1), [one, two], 2)
    assert [(term.term, term.sentences) for term in report.missed_terms] == [("lid", 2), ("screen", 1)]
    assert [(term.domain, term.term) for term in report.invented_terms] == [("laptops", "the")]


def test_speed_is_by_the_clock_and_by_processor_time() -> None:
    speed = engine_report(EngineRun("local", readings(felt(1.0), felt(1.0)), 2), [starred(5), starred(5)], 5).speed
    assert (speed.per_s, speed.per_processor_s, speed.processor_us, speed.nlp_us, speed.jobs) == (8.0, 4.0, 250_000.0, 125_000.0, 2)


def test_predictions_are_a_line_per_engine_and_review() -> None:
    gold = sentence_of("The lid broke.", ("lid", "negative"))
    run = EngineRun("local", readings(termed("The lid broke.", ("lid", "negative"), given=("positive",)), None), 1)
    first, second = map(json.loads, prediction_lines([gold, gold], [run]))
    assert first["aspects"] == [{"term": "lid", "polarity": "negative", "start": 4, "end": 7, "confidence": 0.5}]
    assert (first["nlp"], first["file"], first["line"], first["score"], first["given"]) == ("local", "c.jsonl", 1, 0.0, ["positive"])
    assert (second["sentiment"], second["aspects"], second["given"]) == (None, [], None)


def test_terms_of_a_domain_in_which_nothing_is_found_do_not_crowd_the_missed_ones_out() -> None:
    laptop = sentence_of("The lid of the box broke.", ("lid", "negative"), ("box", "negative"))
    soups = [sentence_of("The soup.", ("soup", None), domain="restaurants")] * 3
    found = readings(termed("The lid of the box broke.", ("lid", "negative")), *[termed("The soup.")] * 3)
    report = engine_report(EngineRun("local", found, 1), [laptop, *soups], 5)
    assert [(one.domain, one.term, one.sentences) for one in report.missed_terms] == [("laptops", "box", 1)]
