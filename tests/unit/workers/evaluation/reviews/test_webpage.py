from __future__ import annotations

from datetime import date
from html.parser import HTMLParser

import pytest

from tests.unit.workers.evaluation.reviews.cases import felt, readings, sentence_of, starred, termed
from workers.evaluation.labelled import BadRow, FileCount
from workers.evaluation.reviews.report import EngineRun, Fault, ReviewReport, engine_report
from workers.evaluation.reviews.tables import BAD_ROWS_SHOWN, mistakes, tables
from workers.evaluation.reviews.webpage import STYLE, document
from workers.evaluation.tables import as_markdown, as_text

HOSTILE = ("</title><script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "\x1b[2J\u202e&lt;", "</style>")


def report(text: str = "Some text.") -> ReviewReport:
    reviews = [starred(5, text), starred(1), sentence_of("The lid broke.", ("lid", "negative"), domain=text)]
    found = readings(felt(-0.5, 0.8), felt(-0.5, 0.8), termed("The lid broke.", ("lid", "negative"), given=("positive",)))
    return ReviewReport(
        measured_on=date(2026, 11, 21),
        split="test",
        told_language=False,
        models=None,
        files=(FileCount(file="a.jsonl", rows=9, measured=3, unlabelled=1, other_split=2, bad=3),),
        bad=tuple(BadRow(file=text, line_no=number, why="has no `text`") for number in range(BAD_ROWS_SHOWN + 3)),
        engines=(
            engine_report(EngineRun(text, found, 2), reviews, 5),
            engine_report(EngineRun("none", readings(None, None, None, provides=()), 2), reviews, 5),
        ),
        failed=(Fault(nlp="transformers", code="extra_missing", message=text),),
    )


class Seen(HTMLParser):
    """Every tag, and all text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        assert not [name for name, _ in attrs if name.startswith("on")]

    def handle_data(self, data: str) -> None:
        self.text += data


def cells(title: str) -> list[tuple[str, ...]]:
    (found,) = (table for table in tables(report()) if table.title == title)
    return list(found.rows)


def test_the_tables_say_what_was_measured() -> None:
    assert cells("Sentiment") == [("Some text.", "all", "2", "0.500", "0.333", "0.500", "0", "0.300", "0.340", "2", "0.500", "0.333")]
    assert cells("Aspect terms") == [("Some text.", "all", "1", "1", "1", "1", "1.000", "1.000", "1.000", "1.000", "1.000")]
    assert cells("Polarity of aspect terms") == [("Some text.", "all", "1", "1", "1.000", "1", "1", "0.000", "1.000", "0")]
    assert cells("Speed")[0] == ("Some text.", "3", "12", "2", "6", "166667", "83333", "0")
    assert cells("Engines that do not say everything") == [("none", "sentiment, aspects")]
    assert cells("Engines not measured") == [("transformers", "extra_missing", "Some text.")]
    assert cells("Files") == [("a.jsonl", "9", "3", "1", "2", "3")]


def test_bad_rows_are_listed_up_to_a_number_and_the_rest_is_counted() -> None:
    (found,) = (table for table in tables(report()) if table.title == "Bad rows")
    assert (len(found.rows), found.note) == (BAD_ROWS_SHOWN, "And 3 more.")


def test_the_note_says_what_was_asked_for() -> None:
    text = as_text(tables(report()))
    assert "Only rows of the split 'test'" in " ".join(text.split())
    assert "not told, but guessed" in " ".join(text.split())
    assert "local/1/lists in 0.1+abc" in " ".join(text.split())


def test_texts_of_reviews_stay_out_of_the_documentation() -> None:
    found = report("A review of its own.")
    engine = found.engines[0].model_copy(update={"nlp": "local"})
    clean = found.model_copy(update={"engines": (engine,), "bad": (), "failed": ()})
    assert "of its own" not in as_markdown(tables(clean))
    assert "of its own" in as_text(mistakes(engine))


def test_there_is_a_plot_for_every_engine_that_claims_something() -> None:
    assert Seen(document(report())).tags.count("svg") == 1


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_changes_nothing(text: str) -> None:
    plain, seen = Seen(document(report())), Seen(document(report(text)))
    assert seen.tags == plain.tags
    assert "\x1b" not in seen.text


def test_the_style_fetches_nothing() -> None:
    assert "url(" not in STYLE.read_text("utf-8")
