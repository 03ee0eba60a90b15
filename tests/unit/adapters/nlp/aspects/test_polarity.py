from __future__ import annotations

import pytest

from adapters.nlp.aspects.polarity import polarity_name, polarity_of
from adapters.nlp.lexical.tokens import lowered, tokenize


def polarity(text, term, language="en"):
    tokens = tokenize(lowered(text))
    words = tokenize(lowered(term))
    start = next(at for at in range(len(tokens)) if tokens[at : at + len(words)] == words)
    return polarity_of(tokens, (start, start + len(words)), language)


@pytest.mark.parametrize(
    ("text", "term", "expected"),
    [
        ("The soup is great.", "soup", "positive"),
        ("The soup is not great.", "soup", "negative"),
        ("Great soup, awful bread.", "soup", "positive"),
        ("Great soup, awful bread.", "bread", "negative"),
        ("The soup came at noon.", "soup", "neutral"),
        ("It does not support that function.", "function", "negative"),
        ("The soup came at noon. The bread was awful.", "soup", "neutral"),
    ],
)
def test_polarity_of_a_given_term(text, term, expected):
    assert polarity(text, term) == expected


@pytest.mark.parametrize(
    ("text", "term", "expected"),
    [
        ("I had to buy a second fan.", "fan", "negative"),
        ("They replaced the fan.", "fan", "neutral"),
        ("I use it at work with a new bag.", "bag", "neutral"),
        ("I wish it had a bigger screen.", "screen", "negative"),
        ("The handle could be stronger.", "handle", "negative"),
        ("Its lid does n't close.", "lid", "negative"),
        ("Its lid doesn't close.", "lid", "negative"),
        ("Try the soup!", "soup", "positive"),
        ("The cakes are to die for.", "cakes", "positive"),
        ("We had dim sum there.", "sum", "neutral"),
    ],
)
def test_what_words_say_of_things_is_not_what_they_say_of_a_review(text, term, expected):
    assert polarity(text, term) == expected


def test_other_languages_have_words_on_things_too():
    assert polarity("Las raciones dejan mucho que desear.", "raciones", "es") == "negative"
    assert polarity("Les desserts sont à tomber.", "desserts", "fr") == "positive"


def test_nearer_words_weigh_more():
    text = "The wine is awful and the staff at the bar near the door is excellent"
    assert (polarity(text, "wine"), polarity(text, "door")) == ("negative", "positive")


def test_a_language_without_lists_is_neutral():
    assert polarity("Еда отличная", "еда", "ru") == "neutral"


@pytest.mark.parametrize("span", [(0, 0), (2, 1), (-1, 1), (0, 9)])
def test_a_span_outside_the_tokens_is_refused(span):
    with pytest.raises(ValueError, match="holds no token"):
        polarity_of(["good", "soup"], span, "en")


@pytest.mark.parametrize(("score", "expected"), [(0.5, "positive"), (-0.5, "negative"), (0.0, "neutral"), (0.01, "neutral")])
def test_names_of_scores(score, expected):
    assert polarity_name(score) == expected
