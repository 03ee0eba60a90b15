import random

import pytest

from workers.reviews.duplicates import Duplicate, compare, find_duplicates, words_of

LONG = "The strawberry yoghurt tastes like the one my grandmother made, thick and not too sweet."
OTHER = "Delivery took three weeks and half of the glasses arrived broken, nobody answered my mail."


def varied(text, at, word):
    words = text.split()
    return " ".join([*words[:at], word, *words[at + 1 :]])


@pytest.mark.parametrize(
    "copy",
    [
        LONG.upper(),
        LONG.replace(" ", "  \n"),
        LONG.replace(",", " -- ") + "!!!",
        "🍓🍓 " + LONG + " 👍",
        LONG.replace("grandmother", "grand\u00admother").replace("\u00ad", ""),
        LONG.replace("too sweet", "too “sweet”"),
        LONG.translate({ord(letter): ord(letter) + 0x1D400 - ord("A") for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}),
    ],
    ids=["case", "spacing", "punctuation", "emoji", "letters", "quotes", "mathematical"],
)
def test_the_same_letters_in_other_dress_are_an_exact_copy(copy):
    assert find_duplicates([LONG, OTHER, copy]) == [None, None, Duplicate(0, "duplicate")]
    one, other, again = compare([LONG, OTHER, copy]).keys
    assert one == again != other


def test_composed_and_decomposed_accents_are_one():
    keys = compare(["¡El café está buenísimo!", "el cafe\u0301 esta\u0301 bueni\u0301simo", "el cafe esta buenisimo"]).keys
    assert keys[0] == keys[1] != keys[2]


def test_latin_text_has_the_same_words_by_table_and_by_expression():
    text = "Größe 1ª, 25 m² à l'œil: ¿qué tal? — ÑANDÚ"
    latin = text.replace("œ", "oe").replace("—", "-")
    assert words_of(latin + " 👍") == words_of(latin)
    assert words_of("ß²") == [b"ss2"]


def test_scripts_beyond_latin_are_compared_too():
    russian = "Очень вкусный йогурт, дети съели всё за один вечер и просят ещё"
    assert find_duplicates([russian, russian.upper() + " 👍"]) == [None, Duplicate(0, "duplicate")]
    assert find_duplicates([russian, varied(russian, 5, "сметана")]) == [None, Duplicate(0, "near_duplicate")]
    assert compare(["好吃", "难吃"]).keys[0] != compare(["好吃", "难吃"]).keys[1]


@pytest.mark.parametrize("at", range(len(LONG.split())))
def test_one_other_word_is_a_near_copy(at):
    assert find_duplicates([OTHER, LONG, varied(LONG, at, "zzz")])[2] == Duplicate(1, "near_duplicate")


def test_half_a_text_is_no_copy():
    words = LONG.split()
    assert find_duplicates([LONG, " ".join([*words[:8], *OTHER.split()[:8]])]) == [None, None]


def test_few_words_are_repeated_by_chance():
    assert find_duplicates(
        ["Muy bueno", "muy bueno!!", "muy malo", "good product fast delivery would buy", "good product slow delivery would buy"]
    ) == [
        None,
        Duplicate(0, "repeated_phrase"),
        None,
        None,
        None,
    ]


def test_nothing_said_is_no_copy_and_has_no_key():
    found = compare(["", " \n", "👍", "👎", "👍 ", "..."])
    assert found.duplicates == [None, None, None, None, Duplicate(2, "repeated_phrase"), None]
    assert [key is None for key in found.keys] == [True, True, False, False, False, False]
    assert len(set(found.keys[2:])) == 3


def test_a_first_is_never_a_copy_itself():
    chain = [LONG]
    for at in (1, 4, 7, 10, 13):
        chain.append(varied(chain[-1], at, f"w{at}"))
    found = find_duplicates([*chain, chain[2], chain[-1]])
    copies = {place: duplicate for place, duplicate in enumerate(found) if duplicate}
    assert copies
    assert all(duplicate.first < place and duplicate.first not in copies for place, duplicate in copies.items())
    assert copies[6] == Duplicate(0, "near_duplicate")


def test_keys_are_stable_and_of_16_digits():
    assert compare([LONG]).keys == ["b1efbbfd9be4e644"]
    assert compare(["good"]).keys == compare(["x", "Good!"]).keys[1:]


def test_no_texts():
    assert find_duplicates([]) == []


def test_lone_surrogates_are_read():
    assert compare(["caf\udce9 " * 9, "caf\udce9 " * 9]).duplicates[1] == Duplicate(0, "duplicate")


def test_thousands_of_copies_with_a_changed_word_are_found_and_nothing_else():
    random.seed(7)
    vocabulary = [f"word{number}" for number in range(3000)]
    texts = [" ".join(random.choices(vocabulary, k=30)) for _ in range(2000)]
    copies = [varied(text, random.randrange(30), "changed") for text in texts]
    found = find_duplicates(texts + copies)
    assert found[:2000] == [None] * 2000
    assert found[2000:] == [Duplicate(place, "near_duplicate") for place in range(2000)]


def test_a_bot_s_text_pasted_a_thousand_times_points_to_its_first():
    texts = [varied(LONG, place % 13, f"nr{place}") for place in range(1000)]
    found = find_duplicates([OTHER, LONG, *texts])
    assert found[:2] == [None, None]
    assert found[2:] == [Duplicate(1, "near_duplicate")] * 1000
