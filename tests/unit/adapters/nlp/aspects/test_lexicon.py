from __future__ import annotations

import pytest

from adapters.nlp.aspects import lexicon
from adapters.nlp.aspects.lexicon import GENERIC, LANGUAGES, WHOLE, Class, WordTable, category_names, category_of, english_guess, table


def class_of(word, language="en"):
    words = table(language)
    return int(words.classes[words.rows([word])[0]])


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("the", Class.DETERMINER),
        ("they", Class.PRONOUN),
        ("of", Class.PREPOSITION),
        ("but", Class.CONJUNCTION),
        ("didn't", Class.MODAL),
        ("was", Class.BE),
        ("eat", Class.PAST),
        ("delicious", Class.ADJECTIVE),
        ("quickly", Class.ADVERB),
        ("waiter's", Class.DETERMINER),
        ("waiter", Class.NOUN),
        ("blorptastic", Class.ADJECTIVE),
        ("blorp", Class.NOUN),
    ],
)
def test_classes_of_english_words(word, expected):
    assert class_of(word) == expected


@pytest.mark.parametrize(
    ("language", "word", "expected"),
    [
        ("es", "comida", Class.NOUN),
        ("es", "previamente", Class.ADVERB),
        ("es", "cocinaron", Class.VERB),
        ("es", "exquisitas", Class.ADJECTIVE),
        ("fr", "serveurs", Class.NOUN),
        ("fr", "chaleureuse", Class.ADJECTIVE),
        ("de", "freundliche", Class.ADJECTIVE),
        ("it", "gentilissimo", Class.ADJECTIVE),
        ("pt", "sobremesa", Class.NOUN),
        ("nl", "bediening", Class.NOUN),
    ],
)
def test_classes_in_other_languages(language, word, expected):
    assert class_of(word, language) == expected


@pytest.mark.parametrize(
    ("word", "expected"), [("high-quality", "adjective"), ("half-eaten", "noun"), ("sugar-free", "adjective"), ("running", "gerund")]
)
def test_endings_decide_what_no_list_holds(word, expected):
    assert english_guess(word) == expected


def test_every_language_has_every_category():
    data = lexicon._read("categories.toml")
    assert [(name, language) for name, words in data.items() for language in LANGUAGES if not words.get(language)] == []


@pytest.mark.parametrize(
    ("term", "language", "expected"),
    [
        ("battery life", "en", "battery"),
        ("Waiters", "en", "staff"),
        ("wine list", "en", "drink"),
        ("batteries", "en", "battery"),
        ("carta de vinos", "es", "food"),
        ("habitaciones", "es", "room"),
        ("habitacion", "es", "room"),
        ("Portionen", "de", "food"),
        ("zorgle", "en", None),
    ],
)
def test_category_is_that_of_the_head_else_of_another_word(term, language, expected):
    assert category_of(term, language) == expected


def test_whole_places_and_generic_nouns_are_told_apart():
    words = table("en")
    assert words.generic[words.rows(["restaurant", "people", "soup", "x"])].tolist() == [WHOLE, GENERIC, 0, GENERIC]


def test_category_names_are_unique():
    assert len(set(category_names())) == len(category_names())


def test_a_table_grows_and_is_begun_anew_when_full(monkeypatch):
    monkeypatch.setattr(lexicon, "MOST_WORDS", 6000)
    words = WordTable("en")
    first = [f"w{'abcdefghij'[n % 10]}{'klmnopqrst'[n // 10 % 10]}{'uvwxyzabcd'[n // 100 % 10]}{'efghijklmn'[n // 1000]}" for n in range(7000)]
    rows = words.rows(first)
    assert len(set(rows.tolist())) == 7000
    assert words.rows(["soup"]).tolist() == [1]
    assert words.classes[1] == Class.NOUN


def test_what_is_too_long_is_no_word():
    words = table("en")
    assert words.rows(["a" * 1_000_000, "!", "👍"]).tolist() == [0, 0, 0]


def test_a_language_without_words_is_a_key_error():
    with pytest.raises(KeyError):
        WordTable("xx")
