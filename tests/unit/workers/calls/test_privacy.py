"""Personal data in what is said. All numbers are test numbers or made up."""

from __future__ import annotations

import pytest

from schemas.language import Entity, TextAnalysis
from schemas.rows.call import UtteranceRow
from workers.calls.privacy import KINDS, in_text, personal, persons, redacted, without


def clean(text, language="en", asked=()):
    return redacted(text, in_text(text, language, asked))


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("It's 4111 1111 1111 1111, thanks", "en", "It's [card], thanks"),
        ("it is four one one one one one one one one one one one one one one one ok", "en", "it is [card] ok"),
        ("four triple one double one double one double one double one double one one one", "en", "[card]"),
        ("cuatro uno uno uno uno uno uno uno uno uno uno uno uno uno uno uno gracias", "es", "[card] gracias"),
        ("write to ana.ruiz@example.com please", "en", "write to [email] please"),
        ("ana dot ruiz at example dot com", "en", "[email]"),
        ("es ana arroba ejemplo punto es", "es", "es [email]"),
        ("IBAN DE89 3704 0044 0532 0130 00.", "en", "IBAN [account]."),
        ("call me on 0151 234 56789", "en", "call me on [phone]"),
        ("+34 600 123 456", "es", "+[phone]"),
    ],
)
def test_what_shows_itself(text, language, expected):
    assert clean(text, language) == expected


@pytest.mark.parametrize(
    "text",
    [
        "I bought 2 yogurts for 1.99 on the 24th of May 2026",
        "it is 4111 1111 1111 1112",
        "order 443120",
        "meet me at the shop",
        "I was born in nineteen eighty",
        "1234. 5678",
        "",
    ],
)
def test_numbers_that_are_nobody_s_stay(text):
    assert clean(text) == text


def test_what_was_asked_for_tells_what_a_number_is():
    assert clean("nine nine two", asked=["code"]) == "[code]"
    assert clean("4 4 3 1", asked=["card"]) == "[card]"
    assert clean("four four three one two", asked=["account"]) == "[account]"
    assert clean("two", asked=["card"]) == "two"


def row(number, text, language="en"):
    return UtteranceRow(utterance_no=number, text=text, language=language, confidence=1, adapter="x/1/y")


def test_the_turns_before_ask():
    rows = [row(1, "Can I have the security code on the back?"), row(2, "Sure."), row(3, "It's three two one.")]
    found = personal(rows)
    assert [one.kind for one in found[3]] == ["code"]
    assert 1 not in found
    assert 2 not in found
    assert redacted(rows[2].text, found[3]) == "It's [code]."


def test_names_come_from_the_language_engine():
    rows = [row(1, "My name is Ana Ruiz.")]
    assert redacted(rows[0].text, personal(rows, {1: [(11, 19)]})[1]) == "My name is [name]."


def test_of_two_that_overlap_the_longer_is_taken():
    rows = [row(1, "mail ana.ruiz@example.com")]
    assert [one.kind for one in personal(rows, {1: [(5, 13)]})[1]] == ["email"]


def test_only_what_the_settings_name_is_taken_out():
    rows = [row(1, "I am Ana, 4111 1111 1111 1111, a@b.example").model_copy(update={"raw_text": "i am hanna"}), row(2, "Fine.")]
    ana = Entity(text="Ana", type="PERSON", char_start=5, char_end=8, confidence=0.9)
    analyses = {1: TextAnalysis(entities=(ana,), adapter="x/1/y")}
    found = personal(rows, persons(analyses))
    assert without(rows, found, ()) == rows
    first, second = without(rows, found, ("card", "name"))
    assert (first.text, first.raw_text, first.flags) == ("I am [name], [card], a@b.example", None, ("redacted",))
    assert second == rows[1]


def test_what_is_taken_out_twice_is_flagged_once():
    rows = [row(1, "4111 1111 1111 1111 and a@b.example")]
    (first,) = without(rows, personal(rows), ("card",))
    (second,) = without([first], personal([first]), ("email",))
    assert (second.text, second.flags) == ("[card] and [email]", ("redacted",))


def spoken(text):
    """The words of a text, a second each."""
    return tuple((word, float(at), at + 1.0, 0.5) for at, word in enumerate(text.split(" ")))


def test_the_words_of_what_is_taken_out_go_with_it():
    text = "it is 4111 1111 1111 1111, or a@b.example thanks"
    rows = [row(1, text).model_copy(update={"words": spoken(text)}), row(2, "Fine.").model_copy(update={"words": spoken("Fine.")})]
    first, second = without(rows, personal(rows), ("card",))
    assert [word for word, *_ in first.words] == ["it", "is", "or", "a@b.example", "thanks"]
    assert first.words[2] == ("or", 6.0, 7.0, 0.5)
    assert second == rows[1]
    (again,) = without([first], personal([first]), ("email",))  # its words no longer make up its text
    assert (again.text, again.words) == ("it is [card], or [email] thanks", None)


def test_a_turn_that_is_all_personal_has_no_words():
    rows = [row(1, "4111 1111 1111 1111").model_copy(update={"words": spoken("4111 1111 1111 1111")})]
    assert without(rows, personal(rows), ("card",))[0].words is None


def test_words_that_are_not_the_text_are_not_kept_where_anything_is_redacted():
    """A sender's text may be clean while its words are not; what was mended is not what was said, and raw text is."""
    other = row(1, "It is [hidden].").model_copy(update={"words": spoken("It is 4111111111111111")})
    mended = row(2, "Moolane, please").model_copy(update={"raw_text": "moo lane please", "words": spoken("moo lane please")})
    assert [one.words for one in without([other, mended], {}, ("card",))] == [None, mended.words]
    assert without([other, mended], {}, ()) == [other, mended]


def test_a_mended_turn_that_loses_something_loses_its_words():
    mended = row(1, "Moolane, 4111 1111 1111 1111").model_copy(update={"raw_text": "moo lane 4111 1111 1111 1111"})
    mended = mended.model_copy(update={"words": spoken(mended.raw_text)})
    (found,) = without([mended], personal([mended]), ("card",))
    assert (found.text, found.raw_text, found.words) == ("Moolane, [card]", None, None)


def turns(*texts, voices="AB"):
    """Utterances of two voices by turns."""
    return [row(at, text).model_copy(update={"speaker": voices[(at - 1) % len(voices)]}) for at, text in enumerate(texts, start=1)]


def taken_out(rows):
    return [one.text for one in without(rows, personal(rows), KINDS)]


def test_a_card_said_in_groups_with_somebody_s_yes_between():
    rows = turns("Four one one one.", "Yes.", "One one one one, uh.", "Mm.", "One one one one.", "Yes.", "One one one one.")
    assert taken_out(rows) == ["[card].", "Yes.", "[card], uh.", "Mm.", "[card].", "Yes.", "[card]."]


def test_groups_that_make_no_card_and_were_not_asked_for_stay():
    rows = turns("Four one one one.", "Yes.", "One one one one.", "Mm.", "One one one one.", "Yes.", "One one one two.")
    assert taken_out(rows) == [one.text for one in rows]


def test_an_answer_goes_on_being_one_however_long_it_takes():
    rows = turns("What is your account number?", "four four three one", "Okay.", "two two nine nine", "Go on.", "one two three four", voices="AB")
    assert taken_out(rows) == ["What is your account number?", "[account]", "Okay.", "[account]", "Go on.", "[account]"]


def test_a_digit_taken_for_a_word_does_not_part_what_was_asked_for():
    rows = turns("Your card number please?", "four one won one two two")
    assert taken_out(rows)[1] == "[card]"


def test_numbers_of_two_people_are_not_one():
    rows = turns("four one one one one one", "one one one one one one", "one one", "one one", voices="ABCD")
    assert taken_out(rows) == [one.text for one in rows]


@pytest.mark.parametrize(
    ("text", "language"), [("forty one eleven eleven eleven eleven eleven eleven eleven", "en"), ("cuarenta y uno 11 11 11 11 11 11 11", "es")]
)
def test_tens_and_ones_are_one_number(text, language):
    assert clean(text, language) == "[card]"
