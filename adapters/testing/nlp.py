"""The contract of every language engine. Subclass `LanguageContract` and give it an `engine` fixture."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel, TypeAdapter

from adapters.capabilities import Capabilities
from adapters.nlp.port import LanguageEngine, LanguageTeller, TermJudge
from schemas.language import TextAnalysis, checked_analyses

PARTS = {"language", "sentiment", "sentences", "entities", "terms", "aspects", "classes", "embeddings", "term_polarity"}
PRAISE = {"en": "The yogurt is delicious and fresh, I love it.", "es": "El yogur es delicioso y fresco, me encanta."}
BLAME = {"en": "Terrible service and a dirty room, never again.", "es": "Pésimo servicio y una habitación sucia, nunca más."}
ODD = ("", " \n\t ", "👍", "12345", "\x00\x01", "a" * 100_000, "\ud800 lone surrogate", "İstanbul’da çok güzel", "ß" * 50, ".,;:!?" * 200)
_ANALYSIS = TypeAdapter(TextAnalysis)


def alike(one: object, other: object) -> bool:
    """Whether two dumped analyses say the same, figures within 0.001."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(alike(one[key], other[key]) for key in one)
    if isinstance(one, tuple | list) and isinstance(other, tuple | list):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, float) and isinstance(other, float):
        return abs(one - other) <= 0.001
    return one == other


def plain(analysis: TextAnalysis) -> Any:
    """An analysis as lists, numbers and strings."""
    return _ANALYSIS.dump_python(analysis)


class LanguageDescription:
    """What holds for every language engine, `none` too."""

    def test_says_what_it_is(self, engine: LanguageEngine) -> None:
        """Name, version and model make up the label of every row; options and capabilities are data."""
        assert engine.name
        assert engine.version
        assert engine.model
        assert isinstance(engine.options, BaseModel)
        assert isinstance(engine.capabilities, Capabilities)
        assert set(engine.capabilities.provides) <= PARTS

    def test_every_option_is_described(self, engine: LanguageEngine) -> None:
        """Each option says its unit and trade-off."""
        assert not [name for name, field in type(engine.options).model_fields.items() if not field.description]

    def test_one_analysis_per_text_in_order(self, engine: LanguageEngine) -> None:
        """A batch answers like its texts one by one, whatever they hold (figures within 0.001: matrix products add up by their shape)."""
        texts = [*PRAISE.values(), *BLAME.values(), *ODD]
        together = engine.analyze(texts)
        assert len(together) == len(texts)
        for text, analysis in zip(texts, together, strict=True):
            assert alike(plain(analysis), plain(engine.analyze([text])[0]))
        assert engine.analyze([]) == ()

    def test_analyses_are_of_their_form(self, engine: LanguageEngine) -> None:
        """Nobody checks them again: scores are within their bounds, places count from 0."""
        found = engine.analyze([*PRAISE.values(), *BLAME.values(), *ODD])
        assert checked_analyses([analysis._asdict() for analysis in found]) == found

    def test_languages_told_alone_are_those_of_an_analysis(self, engine: LanguageEngine) -> None:
        """An engine that is a `LanguageTeller` says the same either way."""
        texts = [*PRAISE.values(), *BLAME.values(), *ODD]
        if isinstance(engine, LanguageTeller):
            assert engine.tell_languages(texts) == tuple(analysis.language for analysis in engine.analyze(texts))
            assert engine.tell_languages([]) == ()

    def test_rows_can_name_their_engine(self, engine: LanguageEngine) -> None:
        """The label is name/version/model."""
        assert engine.analyze(["x"])[0].adapter == f"{engine.name}/{engine.version}/{engine.model}"

    def test_fills_only_what_it_declares(self, engine: LanguageEngine) -> None:
        """What an engine does not provide stays None or empty; nothing is made up."""
        silent = {"embedding" if part == "embeddings" else part for part in PARTS - {"term_polarity", *engine.capabilities.provides}}
        for analysis in engine.analyze([*PRAISE.values(), *BLAME.values()]):
            assert not [part for part in silent if getattr(analysis, part)]


class NoLanguageContract(LanguageDescription):
    """What holds for an engine that provides nothing."""

    def test_provides_nothing(self, engine: LanguageEngine) -> None:
        """It says so in its capabilities."""
        assert engine.capabilities.provides == ()


class LanguageContract(LanguageDescription):
    """What holds for every engine that understands."""

    def test_tells_languages_apart(self, engine: LanguageEngine) -> None:
        """A sentence's language is named in BCP 47."""
        for sentences in (PRAISE, BLAME):
            for language, analysis in zip(sentences, engine.analyze(list(sentences.values())), strict=True):
                assert analysis.language is not None
                assert analysis.language.language.split("-")[0] == language

    def test_a_stated_language_is_taken(self, engine: LanguageEngine) -> None:
        """The sender knows better than a short text."""
        (analysis,) = engine.analyze(["ok"], language="es")
        assert analysis.language is not None
        assert analysis.language.language == "es"

    def test_praise_is_positive_and_blame_negative(self, engine: LanguageEngine) -> None:
        """Sign and word agree."""
        if "sentiment" not in engine.capabilities.provides:
            pytest.skip("this engine does not provide sentiment")
        for praise, blame in zip(engine.analyze(list(PRAISE.values())), engine.analyze(list(BLAME.values())), strict=True):
            assert praise.sentiment is not None
            assert blame.sentiment is not None
            assert (praise.sentiment.polarity, blame.sentiment.polarity) == ("positive", "negative")
            assert praise.sentiment.score > 0 > blame.sentiment.score

    def test_offsets_point_at_their_text(self, engine: LanguageEngine) -> None:
        """Terms, entities and aspects stand where they say, in code points."""
        for text in (*PRAISE.values(), *ODD, "İİİ Yogurt 😀 costs 2,50 €, write to Ana@Example.org"):
            (analysis,) = engine.analyze([text])
            for entity in analysis.entities:
                assert text[entity.char_start : entity.char_end] == entity.text
            spans = [(term.char_start, term.char_end) for term in analysis.terms]
            spans += [(aspect.char_start, aspect.char_end) for aspect in analysis.aspects]
            assert all(len(text[start:end]) == end - start > 0 for start, end in spans)

    def test_aspects_stand_in_their_text(self, engine: LanguageEngine) -> None:
        """An aspect is a stretch of the text as it stands there; its score has the sign of its polarity; stretches of a text do not overlap."""
        if "aspects" not in engine.capabilities.provides:
            pytest.skip("this engine finds no aspects")
        for text in (*PRAISE.values(), *BLAME.values(), *ODD):
            (analysis,) = engine.analyze([text])
            ends = [0]
            for aspect in analysis.aspects:
                assert text[aspect.char_start : aspect.char_end] == aspect.term
                assert aspect.char_start >= ends[-1]
                ends.append(aspect.char_end)
                if aspect.score is not None and aspect.polarity in ("positive", "negative"):
                    assert (aspect.score > 0) == (aspect.polarity == "positive")

    def test_sentences_take_a_side_where_they_stand(self, engine: LanguageEngine) -> None:
        """A sentence is a stretch of the text; sentences do not overlap and have a side each."""
        if "sentences" not in engine.capabilities.provides:
            pytest.skip("this engine judges no sentences")
        text = f"{PRAISE['en']} It has a lid. {BLAME['en']}"
        (analysis,) = engine.analyze([text], "en")
        assert [(text[start:end], side) for start, end, side in analysis.sentences] == [(PRAISE["en"], "positive"), (BLAME["en"], "negative")]
        for odd in ODD:
            ends = [0]
            for start, end, side in engine.analyze([odd])[0].sentences:
                assert ends[-1] <= start < end <= len(odd)
                assert side in ("positive", "negative")
                ends.append(end)

    def test_judges_the_terms_it_is_given(self, engine: LanguageEngine) -> None:
        """One polarity per span, the spans of a text apart; `term_polarity` says that an engine is a `TermJudge`."""
        if "term_polarity" not in engine.capabilities.provides:
            pytest.skip("this engine judges no given terms")
        assert isinstance(engine, TermJudge)
        text, nothing = "The yogurt is delicious but the service is terrible.", "No terms here."
        spans = [(text.index(term), text.index(term) + len(term)) for term in ("yogurt", "service")]
        assert engine.judge_terms([text, nothing], [spans, []], "en") == (("positive", "negative"), ())
        assert engine.judge_terms([], []) == ()
