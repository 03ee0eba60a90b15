"""What must hold of every text, whatever it is about: negation, "but", emoji, irony, sentences. Sentences are composed, not picked."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.nlp.local import LocalLanguage
from schemas.language import Sentiment

ENGINE = LocalLanguage(LocalLanguage.Options())
IS: dict[str, tuple[str, str]] = {
    "en": ("The {} is {}", "The {} is not {}"),
    "es": ("El {} es {}", "El {} no es {}"),
    "de": ("Das {} ist {}", "Das {} ist nicht {}"),
    "fr": ("Le {} est {}", "Le {} n'est pas {}"),
    "it": ("Il {} è {}", "Il {} non è {}"),
    "pt": ("O {} é {}", "O {} não é {}"),
}
BUT = {"en": "but", "es": "pero", "de": "aber", "fr": "mais", "it": "ma", "pt": "mas"}
THINGS = {
    "en": ("soup", "lid", "handle", "room", "waiter"),
    "es": ("caldo", "mango", "cuarto", "menú", "camarero"),
    "de": ("Zimmer", "Essen", "Brot", "Kabel", "Hemd"),
    "fr": ("plat", "couvercle", "vin", "serveur", "tissu"),
    "it": ("piatto", "coperchio", "vino", "cameriere", "tessuto"),
    "pt": ("prato", "quarto", "vinho", "garçom", "tecido"),
}
PRAISE = {
    "en": ("good", "excellent", "comfortable", "reliable", "perfect"),
    "es": ("bueno", "excelente", "cómodo", "perfecto", "magnífico"),
    "de": ("gut", "ausgezeichnet", "bequem", "perfekt", "schön"),
    "fr": ("bon", "excellent", "confortable", "parfait", "magnifique"),
    "it": ("buono", "eccellente", "comodo", "perfetto", "magnifico"),
    "pt": ("bom", "excelente", "confortável", "perfeito", "maravilhoso"),
}
BLAME = {
    "en": ("bad", "terrible", "dirty", "useless", "broken"),
    "es": ("malo", "terrible", "sucio", "inútil", "horrible"),
    "de": ("schlecht", "furchtbar", "schmutzig", "nutzlos", "kaputt"),
    "fr": ("mauvais", "horrible", "sale", "inutile", "cassé"),
    "it": ("cattivo", "terribile", "sporco", "inutile", "orribile"),
    "pt": ("ruim", "terrível", "sujo", "inútil", "horrível"),
}
IRONY = {
    "en": ("Yeah right, ", "Thanks for nothing, ", "Good luck with that, "),
    "es": ("Gracias por nada, ",),
    "de": ("Na toll, ",),
}
HAPPY, ANGRY = ("😍", "👍", "😀"), ("😡", "👎", "😠")
LANGUAGES = st.sampled_from(sorted(IS))
drawn = settings(max_examples=60, deadline=None, derandomize=True)


def felt(text: str, language: str) -> Sentiment:
    found = ENGINE.analyze([text], language)[0].sentiment
    assert found is not None
    return found


@st.composite
def claims(draw: Any, languages: st.SearchStrategy[str] = LANGUAGES) -> tuple[str, list[str], str, str]:
    """A language, two things, a word of praise and one of blame."""
    language = draw(languages)
    things = draw(st.lists(st.sampled_from(THINGS[language]), min_size=2, max_size=2, unique=True))
    return language, things, draw(st.sampled_from(PRAISE[language])), draw(st.sampled_from(BLAME[language]))


@drawn
@given(claims())
def test_a_negator_turns_praise(claim: tuple[str, list[str], str, str]) -> None:
    language, (thing, _), praise, _ = claim
    said, denied = (felt(form.format(thing, praise) + ".", language).score for form in IS[language])
    assert denied < 0 < said


@drawn
@given(claims())
def test_a_negator_softens_blame(claim: tuple[str, list[str], str, str]) -> None:
    language, (thing, _), _, blame = claim
    said, denied = (felt(form.format(thing, blame) + ".", language).score for form in IS[language])
    assert said < 0
    assert said < denied


@drawn
@given(claims())
def test_what_follows_but_weighs_more(claim: tuple[str, list[str], str, str]) -> None:
    language, (one, two), praise, blame = claim
    good, bad = IS[language][0].format(one, praise), IS[language][0].format(two, blame)
    joined = f" {BUT[language]} "
    assert felt(good + joined + bad, language).score < felt(bad + joined + good, language).score


@drawn
@given(claims(), st.sampled_from(HAPPY), st.sampled_from(ANGRY))
def test_emoji_pull_to_their_side(claim: tuple[str, list[str], str, str], happy: str, angry: str) -> None:
    language, (thing, _), praise, blame = claim
    for word in (praise, blame):
        text = IS[language][0].format(thing, word)
        assert felt(f"{text} {angry}", language).score < felt(f"{text} {happy}", language).score
    assert felt(angry, language).score < 0 < felt(happy, language).score


@drawn
@given(claims(st.sampled_from(sorted(IRONY))), st.data())
def test_what_may_be_irony_is_never_certain(claim: tuple[str, list[str], str, str], data: st.DataObject) -> None:
    language, (thing, _), praise, _ = claim
    text = IS[language][0].format(thing, praise)
    ironic = data.draw(st.sampled_from(IRONY[language])) + text
    assert felt(ironic, language).confidence <= 0.65
    assert felt(ironic, language).confidence < felt(text, language).confidence


@drawn
@given(claims(), st.lists(st.booleans(), min_size=1, max_size=6))
def test_each_sentence_has_the_side_it_has_alone(claim: tuple[str, list[str], str, str], sides: list[bool]) -> None:
    language, (thing, _), praise, blame = claim
    sentences = [IS[language][0].format(thing, praise if side else blame) + "." for side in sides]
    text = " ".join(sentences)
    found = ENGINE.analyze([text], language)[0].sentences
    assert [(text[start:end], side == "positive") for start, end, side in found] == list(zip(sentences, sides, strict=True))


@pytest.mark.parametrize("language", sorted(IS))
def test_words_without_feeling_take_no_side(language: str) -> None:
    assert ENGINE.analyze([IS[language][0].format(*THINGS[language][:2]) + "."], language)[0].sentences == ()
