from __future__ import annotations

import random
import unicodedata

import pytest

from adapters.decoding.plausible import implausible, unreadable

TEXTS = {
    "de": "Frische Vollmilch 3,5 % Fett, 1-l-Packung. Naturjoghurt mild aus Weidemilch, verschiedene Sorten, je 150-g-Becher. "
    "Solange der Vorrat reicht. Alle Preise in Euro ohne Dekoration. Druckfehler vorbehalten. Deutsche Markenbutter gesalzen.",
    "en": "Fresh whole milk from grass fed cows, one litre. Natural yogurt, several flavours, four cups of 125 g each. "
    "While stocks last. Prices include tax. Pictures may differ from the product. Salted butter in a block.",
    "es": "Leche fresca entera de vacas de pasto, un litro. Yogur natural de varios sabores, cuatro vasos de 125 g. "
    "Hasta fin de existencias. Los precios incluyen los impuestos. Las fotografías son orientativas. Mantequilla con sal.",
    "fr": "Lait frais entier de vaches nourries à l'herbe, un litre. Yaourt nature aux parfums variés, quatre pots de 125 g. "
    "Jusqu'à épuisement des stocks. Les prix comprennent les taxes. Photos non contractuelles. Beurre demi-sel en plaquette.",
    "it": "Latte fresco intero di mucche al pascolo, un litro. Yogurt bianco in vari gusti, quattro vasetti da 125 g. "
    "Fino a esaurimento scorte. I prezzi comprendono le imposte. Le immagini sono indicative. Burro salato in panetto.",
    "pt": "Leite fresco inteiro de vacas de pasto, um litro. Iogurte natural de vários sabores, quatro copos de 125 g. "
    "Até ao fim das existências. Os preços incluem os impostos. As imagens são ilustrativas. Manteiga com sal em barra.",
}
PRICES = "\n".join(f"{number},{number + 50} €  -{number} %  {number * 10} g  1 kg = {number * 3},99 €" for number in range(10, 40))


def moved(text, step):
    return "".join(letter if letter.isspace() else chr(ord(letter) + step) for letter in text)


def folded(text):
    return "".join(letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter))


def rotated(text):
    return "".join(chr((ord(letter) - 97 + 1) % 26 + 97) if letter.isascii() and letter.islower() else letter for letter in folded(text))


def dealt(text, letters):
    deal = random.Random(5)
    others = list(letters)
    deal.shuffle(others)
    return folded(text).lower().translate(str.maketrans(dict(zip(letters, others, strict=True))))


def shuffled(word):
    return "".join(random.Random(len(word)).sample(word, len(word)))


def utf8_as_latin1(text):
    return text.encode().decode("latin-1")


GARBAGE = {
    "each letter the next": rotated,
    "each sign the next": lambda text: moved(text, 1),
    "glyph numbers as letters": lambda text: moved(text, -29),
    "a letter for each other letter": lambda text: dealt(text, "abcdefghijklmnopqrstuvwxyz"),
    "vowels for vowels": lambda text: dealt(dealt(text, "aeiou"), "bcdfghjklmnpqrstvwxyz"),
    "letters shuffled": lambda text: " ".join(map(shuffled, text.split())),
    "read backwards": lambda text: text[::-1],
    "pairs swapped": lambda text: "".join(text[at : at + 2][::-1] for at in range(0, len(text), 2)),
    "private use": lambda text: moved(text, 0xE000),
    "byte order": lambda text: "".join(chr(ord(letter) << 8) if ord(letter) < 128 else letter for letter in text),
    "other scripts": lambda text: moved(text, 0x2A0),
    "Cyrillic": lambda text: "".join(chr(0x430 + ord(letter) % 32) if letter.isalpha() else letter for letter in text),
    "accents": lambda text: moved(text, 0x90),
    "glyph names": lambda text: " ".join(f"(cid:{ord(letter)})" for letter in text),
    "one letter": lambda text: "".join("a" if letter.isalpha() else letter for letter in text),
    "question marks": lambda text: "".join("?" if letter.isalpha() else letter for letter in text),
    "apart": lambda text: "\n".join(text.replace(" ", "")),
    "control characters": lambda text: "".join(chr(ord(letter) % 28 + 1) for letter in text),
    "capitals": lambda text: "".join(letter.upper() if place % 2 else letter.lower() for place, letter in enumerate(text)),
}


@pytest.mark.parametrize("language", TEXTS)
def test_languages_are_plausible(language):
    text = TEXTS[language]
    assert implausible(text) is None
    assert implausible(text.upper()) is None
    words = text.split()
    assert [words[at : at + 6] for at in range(0, len(words), 6) if implausible(" ".join(words[at : at + 6]))] == []


@pytest.mark.parametrize("garbage", GARBAGE)
@pytest.mark.parametrize("language", TEXTS)
def test_garbage_is_not(language, garbage):
    assert implausible(GARBAGE[garbage](TEXTS[language])) is not None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  \n",
        PRICES,
        "10,00\n20,00\n5,00\n0,50\n1000,00\n100,00\n30,00\n12,00\n8,00\n40,00",
        "0,99\n1,99\n2,99\n3,99\n0,49\n0,79\n1,29\n4,99\n9,99\n19,99",
        "Contents ................ 1\nPrices ____________ 2\nShops ---------------- 14",
        "4x125g 6x0,33l 10er 1kg=3,98 500g/Pckg. 2+1 3für2 1l 0,75l 250ml 1,5L 80St. 12x1l",
        "Brimmelhof\nSkaldar Skyr\nVacaluna\nFjellgrove\nOatherd Barista\nCabrinella\nMooCard",
        "\n".join(f"{euros}.\n{euros * 3}\nCHF\n¹" for euros in range(20, 40)),
        "EAN 4006381333931  Art. 30012 HX-22 QZ7 B-4711 Nr. 12345",
        "Свежее молоко от коров с пастбища, один литр, и сливочное масло",
        "Φρέσκο γάλα από αγελάδες βοσκής, ένα λίτρο, και βούτυρο",
        "\u65b0\u9c9c\u725b\u5976\u4e00\u5347\u548c\u9ec4\u6cb9\u4e8c\u767e\u4e94\u5341\u514b\u4ef7\u683c\u542b\u7a0e\u56fe\u7247\u4ec5\u4f9b\u53c2\u8003",
        "• milk ✓ butter ★ cheese • cream © 2026 ® kefir ™ quark – whey",
    ],
)
def test_what_has_little_to_judge_by_passes(text):
    assert implausible(text) is None


def test_text_read_in_the_wrong_encoding():
    text = "Käse für größere Genüsse: Brühwürste, Möhren, Äpfel, Grünkohl und Süßes"
    assert implausible(text) is None
    assert implausible(utf8_as_latin1(text)) == "UTF-8 read as Latin-1"


def test_unreadable_characters():
    assert unreadable("\ue001\x03\ufffd\U000f0000\u0085\u0378") == 6
    assert unreadable("aä€文 \n") == 0
