"""Which language a text is in, and how sure one can be."""

from __future__ import annotations

import pytest

from adapters.nlp.lexical.languages import LanguageDetector
from adapters.nlp.lexical.reading import read
from adapters.nlp.local import LocalLanguage
from schemas.language import LanguageGuess

OPTIONS = LocalLanguage.Options()


@pytest.fixture(scope="module")
def detector() -> LanguageDetector:
    return LanguageDetector(OPTIONS.languages, OPTIONS.min_confidence)


def guessed(detector: LanguageDetector, text: str) -> LanguageGuess | None:
    (guess,) = detector.detect([text], read([text]))
    return guess


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("es", "NO FUNCIONA Y NADIE CONTESTA"),
        ("es", "la habitacion no tenia balcon y el desayuno esta frio"),
        ("fr", "tres bon hotel, la chambre etait propre et calme"),
        ("pt", "o quarto nao estava limpo mas a comida e muito boa"),
        ("de", "Das Zimmer war sehr schoen und das Fruehstueck auch"),
        ("en", "great phone!! buy it now, you won't regret it"),
        ("it", "La camera era pulita e il personale gentile"),
        ("nl", "Het eten was heerlijk en de bediening vriendelijk"),
        ("ru", "Очень вкусная еда и приятный персонал"),
    ],
)
def test_capitals_and_missing_accents_hide_no_language(detector: LanguageDetector, language: str, text: str) -> None:
    guess = guessed(detector, text)
    assert guess is not None
    assert guess.language == language


def test_a_text_of_two_languages_is_in_the_one_with_more_words(detector: LanguageDetector) -> None:
    guess = guessed(detector, "El hotel es muy bonito y la comida estaba rica, el staff very friendly")
    assert guess is not None
    assert guess.language == "es"


def test_a_tie_at_the_beginning_is_settled_by_the_rest(detector: LanguageDetector) -> None:
    both = "the room was clean and the food was good " * 3 + "la habitación estaba limpia y la comida era muy buena " * 3
    guess = guessed(detector, both + "pero el baño no tenía agua y nadie nos dijo por qué estaba así " * 3)
    assert guess is not None
    assert guess.language == "es"


@pytest.mark.parametrize("text", ["ok", "123", "...", "", "XR-400"])
def test_too_little_is_no_language(detector: LanguageDetector, text: str) -> None:
    assert guessed(detector, text) is None


def test_a_batch_is_told_as_its_texts_are_alone(detector: LanguageDetector) -> None:
    texts = ["Sehr gutes Hotel und nettes Personal", "", "muy rico todo y el personal amable", "ok", "It was all very good and we will be back"]
    assert detector.detect(texts, read(texts)) == [guessed(detector, text) for text in texts]


def test_fewer_languages_to_choose_from() -> None:
    detector = LanguageDetector(("en", "de"), 0.2)
    guess = guessed(detector, "La habitación estaba limpia y la comida era muy buena")
    assert guess is None or guess.language in ("en", "de")
