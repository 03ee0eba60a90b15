"""Sentiment of the local engine: what turns, weakens or unsettles it, how sure it is, and which models judge."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import numpy as np
import pytest

from adapters.nlp.learned.linear import LinearModel
from adapters.nlp.lexical.compiled import rows_of
from adapters.nlp.lexical.figures import NAMES, figures, sentence_sums
from adapters.nlp.lexical.lexicons import PACKS
from adapters.nlp.lexical.opinions import opinions
from adapters.nlp.lexical.reading import of_tokens, read
from adapters.nlp.lexical.tokens import lowered, tokenize
from adapters.nlp.lexical.verdicts import SHIPPED, checked, polarity_of, sentence_polarity, sentence_spans
from adapters.nlp.local import LocalLanguage
from schemas.errors import ModelDamaged
from schemas.language import Sentiment

SENTENCES = tomllib.loads(Path(__file__).with_name("sentences.toml").read_text("utf-8"))


@pytest.fixture(scope="module")
def engine() -> LocalLanguage:
    return LocalLanguage(LocalLanguage.Options())


def felt(engine: LocalLanguage, text: str, language: str) -> Sentiment:
    sentiment = engine.analyze([text], language)[0].sentiment
    assert sentiment is not None
    return sentiment


@pytest.mark.parametrize("language", PACKS)
def test_nine_of_ten_sentences_of_customers_have_the_right_sign(engine: LocalLanguage, language: str) -> None:
    sides = SENTENCES[language]
    assert all(len(sides[side]) == 30 for side in ("positive", "negative"))
    right = [analysis.sentiment.score >= 0 for analysis in engine.analyze(sides["positive"], language) if analysis.sentiment]
    right += [analysis.sentiment.score < 0 for analysis in engine.analyze(sides["negative"], language) if analysis.sentiment]
    assert sum(right) >= 54


@pytest.mark.parametrize(
    ("language", "wish"),
    [
        ("en", "I wish it were good"),
        ("es", "Ojalá fuera bueno"),
        ("de", "Ich wünschte, es wäre gut"),
        ("fr", "J'aurais aimé un bon produit"),
        ("it", "Speravo fosse buono"),
        ("pt", "Quem dera fosse bom"),
    ],
)
def test_what_is_wished_for_is_not_there(engine: LocalLanguage, language: str, wish: str) -> None:
    assert felt(engine, wish, language).score < 0


@pytest.mark.parametrize(("language", "question", "statement"), [("en", "Is it good?", "It is good."), ("es", "¿Es bueno?", "Es bueno.")])
def test_a_question_says_less_than_a_statement(engine: LocalLanguage, language: str, question: str, statement: str) -> None:
    assert felt(engine, question, language).confidence < felt(engine, statement, language).confidence


@pytest.mark.parametrize(
    ("language", "ironic", "meant"),
    [
        ("en", "Yeah right, great quality and excellent service", "Great quality and excellent service"),
        ("es", "Gracias por nada, excelente servicio y gran calidad", "Excelente servicio y gran calidad"),
        ("de", "Na toll, ausgezeichnete Qualität und toller Service", "Ausgezeichnete Qualität und toller Service"),
    ],
)
def test_irony_leaves_little_certainty(engine: LocalLanguage, language: str, ironic: str, meant: str) -> None:
    assert felt(engine, ironic, language).confidence <= 0.65 < felt(engine, meant, language).confidence


@pytest.mark.parametrize(
    ("language", "against", "favour"),
    [
        ("en", "The food is good but the room is dirty", "The room is dirty but the food is good"),
        ("es", "La comida es buena pero la habitación está sucia", "La habitación está sucia pero la comida es buena"),
        ("de", "Das Essen ist gut aber das Zimmer ist schmutzig", "Das Zimmer ist schmutzig aber das Essen ist gut"),
        ("fr", "Le repas est bon mais la chambre est sale", "La chambre est sale mais le repas est bon"),
        ("it", "Il cibo è buono ma la camera è sporca", "La camera è sporca ma il cibo è buono"),
        ("pt", "A comida é boa mas o quarto é sujo", "O quarto é sujo mas a comida é boa"),
    ],
)
def test_what_follows_the_contrast_decides(engine: LocalLanguage, language: str, against: str, favour: str) -> None:
    assert felt(engine, against, language).score < felt(engine, favour, language).score


@pytest.mark.parametrize(
    ("best", "worst"), [("5 stars", "1 star"), ("10/10", "2/10"), ("★★★★★", "★☆☆☆☆"), ("5-star product", "1-star product"), ("4/5", "0/5")]
)
def test_marks_in_the_text_count(engine: LocalLanguage, best: str, worst: str) -> None:
    assert felt(engine, best, "en").polarity == "positive"
    assert felt(engine, worst, "en").polarity == "negative"


def test_only_numbers_that_are_marks_are_tokens() -> None:
    assert tokenize(lowered("5 stars, 8/10 for 12 cups in 2024")) == ["5", "stars", ",", "8/10", "for", "cups", "in"]
    assert tokenize(lowered("4.5 stars")) == [".", "stars"]
    assert tokenize(lowered("3/4 inch, 1/10/2024")) == ["inch", ","]


def test_without_accents_and_in_capitals_it_is_the_same(engine: LocalLanguage) -> None:
    assert felt(engine, "PESIMO, NO LLEGO Y NO FUNCIONO", "es").polarity == "negative"
    assert felt(engine, "BUENISIMO Y COMODISIMO", "es").polarity == "positive"


def test_diminutives_and_superlatives_are_known(engine: LocalLanguage) -> None:
    assert felt(engine, "calentita, comodísima y baratísima", "es").score > felt(engine, "correcta", "es").score


def test_confidence_is_that_the_sign_is_right(engine: LocalLanguage) -> None:
    for language in PACKS:
        for analysis in engine.analyze([*SENTENCES[language]["positive"], *SENTENCES[language]["negative"]], language):
            assert analysis.sentiment is not None
            assert analysis.sentiment.confidence == pytest.approx((1 + abs(analysis.sentiment.score)) / 2, abs=0.001)


def test_sentences_have_a_side_of_their_own() -> None:
    reading = read(["Great screen. The keyboard is terrible! It has keys.", "", "Not bad."])
    found = opinions(reading, rows_of(["en", "en", "en"]))
    assert sentence_polarity(found) == ["positive", "negative", "neutral", "positive"]
    assert [polarity_of(total) for total in sentence_sums(found)] == sentence_polarity(found)


def test_sentences_with_a_side_are_told_where_they_stand() -> None:
    texts = ["Great screen. It has keys. The lid is awful", "", "Not bad!\nNot good\nfine"]
    reading = read(texts)
    spans = sentence_spans(reading, opinions(reading, rows_of(["en"] * 3)))
    told = [[(text[start:end], side) for start, end, side in found] for text, found in zip(texts, spans, strict=True)]
    assert told == [
        [("Great screen.", "positive"), ("The lid is awful", "negative")],
        [],
        [("Not bad!", "positive"), ("Not good", "negative"), ("fine", "positive")],
    ]


def test_a_batch_is_judged_as_its_texts_are_alone() -> None:
    texts = [*SENTENCES["en"]["positive"], "", *SENTENCES["en"]["negative"]]
    tokens = [tokenize(lowered(text)) for text in texts]
    together = figures(tokens, ["en"] * len(tokens))
    assert together.shape == (len(tokens), len(NAMES))
    assert np.isfinite(together).all()
    assert np.array_equal(together, np.concatenate([figures([one], ["en"]) for one in tokens]))


@pytest.mark.parametrize("tokens", [[], [[]], [["bad"]], [["not"]], [["very"], [], ["but"]]])
def test_the_smallest_batches_are_read(tokens: list[list[str]]) -> None:
    assert figures(tokens, ["de"] * len(tokens)).shape == (len(tokens), len(NAMES))
    assert opinions(of_tokens(tokens), rows_of(["de"] * len(tokens))).sentence_of.shape == (sum(map(len, tokens)),)


@pytest.mark.parametrize("folder", sorted(SHIPPED.iterdir()), ids=lambda folder: folder.name)
def test_shipped_models_are_small_and_say_where_they_come_from(folder: Path) -> None:
    assert sum(file.stat().st_size for file in folder.iterdir()) < 1_000_000
    card = json.loads((folder / "model.json").read_text("utf-8"))
    assert card["licence"] == "CC0"
    assert card["figures"] == list(NAMES)
    assert card["held_out"]["ece"] <= 0.05
    assert {"data", "date", "command", "rows", "products"} <= card.keys()


def test_a_model_of_other_labels_or_figures_is_refused() -> None:
    shipped = LinearModel.load(SHIPPED / "any")
    assert checked(shipped) is shipped
    other = LinearModel(**{**vars_of(shipped), "labels": ("late", "wrong item")})
    with pytest.raises(ModelDamaged, match="sentiment"):
        checked(other)


def vars_of(model: LinearModel) -> dict[str, object]:
    return {name: getattr(model, name) for name in LinearModel.__dataclass_fields__}
