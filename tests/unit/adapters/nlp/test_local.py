"""The local engine on sentences written for each of its rules."""

from __future__ import annotations

import pytest

from adapters.nlp.lexical.entities import decimal_of
from adapters.nlp.lexical.lexicons import PACKS, pack, plain
from adapters.nlp.lexical.tokens import lowered, tokenize
from adapters.nlp.local import LocalLanguage


@pytest.fixture(scope="module")
def engine() -> LocalLanguage:
    return LocalLanguage(LocalLanguage.Options())


def score(engine: LocalLanguage, text: str, language: str = "en") -> float:
    sentiment = engine.analyze([text], language)[0].sentiment
    assert sentiment is not None
    return sentiment.score


@pytest.mark.parametrize(
    ("language", "praise", "blame"),
    [
        ("en", "Excellent coffee, highly recommend", "Disgusting, a waste of money"),
        ("es", "Excelente café, lo recomiendo", "Asqueroso, no lo recomiendo"),
        ("de", "Ausgezeichneter Kaffee, sehr zu empfehlen", "Ekelhaft, nie wieder"),
        ("fr", "Excellent café, je recommande", "Dégoûtant, à éviter"),
        ("it", "Caffè eccellente, lo consiglio", "Disgustoso, mai più"),
        ("pt", "Café excelente, recomendo", "Nojento, não recomendo"),
    ],
)
def test_each_language_knows_praise_and_blame(engine: LocalLanguage, language: str, praise: str, blame: str) -> None:
    assert score(engine, praise, language) > 0.5
    assert score(engine, blame, language) < -0.5


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The food was not good"),
        ("en", "I don't like it"),
        ("en", "I don’t like it"),
        ("es", "La comida no es buena"),
        ("es", "El cuarto estaba poco limpio"),
        ("de", "Das Essen gefällt mir nicht"),
        ("fr", "Je n'aime pas ce café"),
        ("it", "Il cibo non è buono"),
        ("pt", "A comida não é boa"),
    ],
)
def test_negation_turns_praise(engine: LocalLanguage, language: str, text: str) -> None:
    assert score(engine, text, language) < 0


def test_negation_ends_with_its_clause(engine: LocalLanguage) -> None:
    assert score(engine, "No, it is good") > 0


def test_not_bad_is_fainter_than_good(engine: LocalLanguage) -> None:
    assert 0 < score(engine, "It was not so bad") < score(engine, "It was good")


def test_very_strengthens_and_slightly_weakens(engine: LocalLanguage) -> None:
    assert score(engine, "very good") > score(engine, "good") > score(engine, "slightly good") > 0


def test_what_follows_but_weighs_more(engine: LocalLanguage) -> None:
    assert score(engine, "The room is dirty but the food is good") > score(engine, "The food is good but the room is dirty")


def test_a_longer_phrase_wins_over_its_words(engine: LocalLanguage) -> None:
    assert score(engine, "could not be better") > 0.5
    assert score(engine, "complete waste of time") < -0.5


def test_both_sides_make_a_mixed_text(engine: LocalLanguage) -> None:
    (analysis,) = engine.analyze(["Delicious food and great views. Dirty rooms."], "en")
    assert analysis.sentiment is not None
    assert analysis.sentiment.polarity == "mixed"


@pytest.mark.parametrize(("language", "text"), [("es", "El paquete llegó el martes en una caja"), ("en", "A box on Tuesday")])
def test_no_opinion_word_is_neutral_and_a_coin_s_toss(engine: LocalLanguage, language: str, text: str) -> None:
    sentiment = engine.analyze([text], language)[0].sentiment
    assert sentiment is not None
    assert (sentiment.polarity, sentiment.score, sentiment.confidence) == ("neutral", 0, 0.5)


def test_contradiction_lowers_confidence(engine: LocalLanguage) -> None:
    clear, torn = engine.analyze(["Excellent, delicious, perfect", "Excellent, delicious, perfect. Slow, dirty, broken"], "en")
    assert clear.sentiment is not None
    assert torn.sentiment is not None
    assert torn.sentiment.confidence < clear.sentiment.confidence


@pytest.mark.parametrize("text", ["", "   ", "12345", "!!!", "123 456,78"])
def test_nothing_to_read_has_no_language_and_no_feeling(engine: LocalLanguage, text: str) -> None:
    (analysis,) = engine.analyze([text])
    assert (analysis.language, analysis.sentiment, analysis.terms) == (None, None, ())


def test_a_language_without_a_lexicon_has_no_feeling(engine: LocalLanguage) -> None:
    (analysis,) = engine.analyze(["Het eten was heel erg lekker en de kamer was schoon"])
    assert analysis.language is not None
    assert analysis.language.language == "nl"
    assert analysis.sentiment is None


def test_emoji_speak_every_language(engine: LocalLanguage) -> None:
    happy, sad = engine.analyze(["😍😍", "👎👎"])
    assert happy.sentiment is not None
    assert sad.sentiment is not None
    assert (happy.sentiment.polarity, sad.sentiment.polarity) == ("positive", "negative")
    assert happy.sentiment.confidence <= 0.8


def test_short_texts_are_less_sure_of_their_language(engine: LocalLanguage) -> None:
    short, long = engine.analyze(["Sehr lecker", "Das Essen war sehr lecker und die Bedienung war auch sehr nett"])
    assert short.language is not None
    assert long.language is not None
    assert (short.language.language, long.language.language) == ("de", "de")
    assert short.language.confidence < long.language.confidence


def test_another_script_is_left_to_the_model(engine: LocalLanguage) -> None:
    (analysis,) = engine.analyze(["Очень вкусный йогурт, всем советую попробовать"])
    assert analysis.language is not None
    assert analysis.language.language == "ru"


def test_a_region_of_a_stated_language_is_kept(engine: LocalLanguage) -> None:
    (analysis,) = engine.analyze(["Excelente"], "es-MX")
    assert analysis.language is not None
    assert analysis.language.language == "es-MX"
    assert analysis.sentiment is not None


def test_terms_are_content_in_order_of_weight(engine: LocalLanguage) -> None:
    text = "The battery life is great. Battery life and the screen are what I wanted."
    terms = engine.analyze([text], "en")[0].terms
    assert terms[0].term == "battery life"
    assert terms[0].weight == 1
    assert "battery" not in [term.term for term in terms]
    assert text[terms[0].char_start : terms[0].char_end] == "battery life" or text.lower()[terms[0].char_start :].startswith("battery life")
    assert not {"great", "the", "are"} & {term.term for term in terms}


def test_a_term_is_found_as_a_whole_word(engine: LocalLanguage) -> None:
    text = "Party with art"
    (art,) = [term for term in engine.analyze([text], "en")[0].terms if term.term == "art"]
    assert text[art.char_start : art.char_end] == "art"
    assert art.char_start == len("Party with ")


@pytest.mark.parametrize(
    ("text", "kind", "normalized"),
    [
        ("write to Ana.B+x@Example.org.", "EMAIL", "ana.b+x@example.org"),
        ("see https://example.org/a?b=1).", "URL", "https://example.org/a?b=1"),
        ("paid 12,50 € for it", "PRICE", "12.50 EUR"),
        ("paid €12.50 for it", "PRICE", "12.50 EUR"),
        ("costó 1.299,00 euros", "PRICE", "1299.00 EUR"),
        ("$1,299.99!", "PRICE", "1299.99 USD"),
        ("on 2024-02-29 it came", "DATE", "2024-02-29"),
        ("on 31/12/2024 it came", "DATE", "2024-12-31"),
        ("on 12/31/2024 it came", "DATE", "2024-12-31"),
        ("el 3 de marzo de 2024", "DATE", "2024-03-03"),
        ("March 3rd, 2024", "DATE", "2024-03-03"),
        ("am 3. März 2024", "DATE", "2024-03-03"),
        ("IBAN DE89 3704 0044 0532 0130 00 please", "IBAN", "DE89370400440532013000"),
        ("call +34 912 345 678 now", "PHONE_NUMBER", "+34912345678"),
        ("50 % off", "PERCENT", "50%"),
    ],
)
def test_entities_by_their_form(engine: LocalLanguage, text: str, kind: str, normalized: str) -> None:
    (entity,) = engine.analyze([text])[0].entities
    assert (entity.type, entity.normalized) == (kind, normalized)
    assert text[entity.char_start : entity.char_end] == entity.text


@pytest.mark.parametrize(
    "text", ["3 of 5 people", "IBAN DE00 3704 0044 0532 0130 00", "31/02/2024", "version 1.2.3.4", "order 1234567", "@home", "5 eurovision"]
)
def test_what_only_looks_like_an_entity_is_none(engine: LocalLanguage, text: str) -> None:
    assert engine.analyze([text])[0].entities == ()


@pytest.mark.parametrize("text", ["5 u\u017fd", "3 dol\u0131 4 us$", "1 apr\u0131l 2024", "Augu\u017ft 3, 2024"])
def test_letters_that_only_the_pattern_takes_for_ours_break_nothing(engine: LocalLanguage, text: str) -> None:
    assert all(entity.text in text for entity in engine.analyze([text])[0].entities)


def test_an_ambiguous_date_is_found_but_not_normalised(engine: LocalLanguage) -> None:
    (english,) = engine.analyze(["03/04/2024"], "en")[0].entities
    (spanish,) = engine.analyze(["03/04/2024"], "es")[0].entities
    assert (english.normalized, spanish.normalized) == (None, "2024-04-03")


def test_limits_bound_what_a_text_costs() -> None:
    engine = LocalLanguage(LocalLanguage.Options(max_terms=2, max_entities=3, max_chars=100))
    (analysis,) = engine.analyze(["a@example.org " * 1000 + "yogurt spoon bottle"])
    assert len(analysis.entities) == 3
    assert all(entity.char_end <= 100 for entity in analysis.entities)
    assert len(LocalLanguage(LocalLanguage.Options(max_terms=0)).analyze(["yogurt spoon"])[0].terms) == 0


def test_tokens_keep_words_signs_and_contractions() -> None:
    assert tokenize(lowered("I don’t like l'hôtel :-( 5kg… 😍")) == ["i", "don't", "like", "l", "hôtel", ":-(", "kg", "…", "😍"]
    assert tokenize(lowered("see http://x.y")) == ["see", "http", ":", "x", ".", "y"]


def test_lowering_keeps_every_offset() -> None:
    assert len(lowered("İİ STANBUL")) == len("İİ STANBUL")


@pytest.mark.parametrize(("language", "word", "opinion"), [("pt", "mas", "más"), ("de", "schon", "schön")])
def test_an_opinion_without_its_accent_is_the_function_word_it_looks_like(language: str, word: str, opinion: str) -> None:
    assert pack(language).marks[opinion].value
    assert not (mark := pack(language).marks.get(word)) or not mark.value


@pytest.mark.parametrize("language", PACKS)
def test_lists_are_consistent(language: str) -> None:
    lists = pack(language)
    assert not [word for word in lists.marks if word.isalpha() and (word != word.lower() or "@" in word)]
    opinions = [word for word in lists.marks if word.isalpha() and lists.marks[word].value]
    assert all(plain(word) in lists.stop or lists.marks[plain(word)].value for word in opinions)
    assert all(-3 <= mark.value <= 3 for mark in lists.marks.values())


@pytest.mark.parametrize(("written", "value"), [("1.299,50", "1299.50"), ("1,299.50", "1299.50"), ("12,5", "12.5"), ("1 299", "1299.0")])
def test_amounts_in_both_notations(written: str, value: str) -> None:
    assert str(decimal_of(written)) == value


@pytest.mark.parametrize("language", PACKS)
def test_phrases_are_written_as_their_tokens(language: str) -> None:
    for first, mark in pack(language).marks.items():
        for options in mark.phrases.values():
            for rest, _, _ in options:
                assert tokenize(" ".join([first, *rest])) == [first, *rest]
