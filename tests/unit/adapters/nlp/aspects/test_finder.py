from __future__ import annotations

import pytest

from adapters.nlp.aspects.lexicon import LANGUAGES
from adapters.nlp.lexical.compiled import rows_of
from adapters.nlp.lexical.opinions import opinions
from adapters.nlp.lexical.reading import read
from tests.unit.adapters.nlp.aspects.batches import RULES, find, terms

PLAIN = {
    "en": ("The soup was delicious but the waiters were rude.", ["soup", "waiters"]),
    "es": ("La comida es excelente pero el servicio es pésimo.", ["comida", "servicio"]),
    "fr": ("Le poisson était excellent mais le service est très lent.", ["poisson", "service"]),
    "de": ("Das Essen war ausgezeichnet, aber die Bedienung war langsam.", ["Essen", "Bedienung"]),
    "it": ("La pizza era ottima ma il servizio è pessimo.", ["pizza", "servizio"]),
    "pt": ("A comida é excelente mas o serviço é péssimo.", ["comida", "serviço"]),
    "nl": ("Het eten was heerlijk maar de bediening was traag.", ["eten", "bediening"]),
}


@pytest.mark.parametrize("language", sorted(PLAIN))
def test_finds_what_a_plain_sentence_is_about(language):
    text, expected = PLAIN[language]
    assert terms(text, language) == expected


@pytest.mark.parametrize("language", ["en", "es", "fr", "de", "it", "pt"])
def test_says_praise_and_blame_apart(language):
    (found,) = find([PLAIN[language][0]], language)
    assert [aspect.polarity for aspect in found] == ["positive", "negative"]
    assert found[0].score > 0 > found[1].score


def test_an_aspect_says_all_of_itself():
    (found,) = find(["I think the Battery Life is excellent."])
    (aspect,) = found
    assert (aspect.term, aspect.category, aspect.opinion, aspect.polarity) == ("Battery Life", "battery", "excellent", "positive")
    assert (aspect.char_start, aspect.char_end) == (12, 24)
    assert 0.5 < aspect.confidence <= 1


def test_negation_turns():
    (found,) = find(["The soup was not good."])
    assert [(aspect.term, aspect.polarity) for aspect in found] == [("soup", "negative")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The hard drive is great.", ["hard drive"]),
        ("The hard drives are great.", ["hard drives"]),
        ("It was hard, drive and all.", []),
        ("The touch-pad is great.", ["touch-pad"]),
    ],
)
def test_words_that_name_a_category_together_are_one_term(text, expected):
    assert [term for term in terms(text) if term != "drive"] == expected


def test_generic_nouns_are_no_aspects():
    assert terms("We went there with great friends on a nice Monday for no reason.") == []


def test_whole_places_only_where_they_are_judged():
    assert terms("A great place.") == ["place"]
    assert terms("We walked past the bank next to the place on our way.") == []


def test_a_text_of_another_language_or_of_none_has_no_aspects():
    assert find(["Еда была отличной.", "The soup was great."], ["ru", None]) == [[], []]


def test_a_batch_of_languages_answers_like_its_texts_alone():
    texts = [text for text, _ in PLAIN.values()]
    assert find(texts, list(PLAIN)) == [find([text], language)[0] for language, (text, _) in PLAIN.items()]


def test_the_surest_are_kept_in_reading_order():
    text = "The soup, the bread, the wine and the service were great."
    (all_of,) = find([text])
    (two,) = find([text], limit=2)
    assert len(all_of) > 2
    assert len(two) == 2
    assert [aspect for aspect in all_of if aspect in two] == two
    assert min(aspect.confidence for aspect in two) >= max(aspect.confidence for aspect in all_of if aspect not in two)
    assert find([text], limit=0) == [[]]


HOSTILE = (
    "",
    " \n\t ",
    "\x00\x00\x00",
    "a" * 1_000_000,
    "the " * 50_000,
    "soup " * 50_000,
    ".,;:!?()" * 10_000,
    "👍" * 1_000,
    "האוכל היה מצוין והשירות נהדר",
    "الطعام لذيذ والخدمة ممتازة",
    "\u202ethe soup is great\u202c",
    "\ud800 the soup is great",
    "İstanbul’da çok güzel soup",
    "great\x00soup\x00terrible\x00service",
    "12345 67890",
    "the soup-soup--soup is--great",
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_hostile_texts_give_spans_of_their_own_text(language):
    for text, found in zip(HOSTILE, find(list(HOSTILE), language), strict=True):
        assert len(found) <= 12
        for aspect in found:
            assert text[aspect.char_start : aspect.char_end] == aspect.term
            assert aspect.term
            assert -1 <= aspect.score <= 1
            assert 0 <= aspect.confidence <= 1


def test_no_texts_have_no_aspects():
    assert find([]) == []


def judged(text, spans, language="en"):
    reading = read([text])
    return RULES.judge(reading, [spans], [language], opinions(reading, rows_of([language])))


def test_given_spans_are_judged_in_the_order_they_are_given():
    text = "The soup is delicious but the bread is awful."
    soup, bread = (4, 8), (30, 35)
    assert judged(text, [bread, soup]) == [["negative", "positive"]]


@pytest.mark.parametrize("span", [(0, 0), (8, 8), (3, 4), (45, 45), (500, 900)])
def test_a_span_without_a_word_is_neutral(span):
    assert judged("The soup is delicious but the bread is awful.", [span]) == [["neutral"]]


def test_spans_of_several_texts_stay_apart():
    texts = ["The soup is awful.", "", "The soup is great."]
    reading = read(texts)
    found = RULES.judge(reading, [[(4, 8)], [], [(4, 8)]], ["en"] * 3, opinions(reading, rows_of(["en"] * 3)))
    assert found == [["negative"], [], ["positive"]]
