from __future__ import annotations

import pytest

from adapters.decoding.letters import folded, likelihood, words_of
from tests.unit.adapters.decoding.test_plausible import TEXTS

OTHERS = {
    "Dutch": "verse volle melk van koeien in de wei met een liter yoghurt in allerlei smaken zolang de voorraad strekt",
    "Polish": "świeże mleko pełne od krów z pastwiska oraz masło extra i jogurt naturalny do wyczerpania zapasów",
    "Czech": "čerstvé plnotučné mléko od krav z pastvin máslo a bílý jogurt do vyprodání zásob",
    "Hungarian": "friss teljes tej legelő tehenektől vaj és natúr joghurt amíg a készlet tart",
    "Finnish": "tuoretta täysmaitoa laiduntavilta lehmiltä voita ja maustamatonta jogurttia niin kauan kuin tavaraa riittää",
    "Turkish": "meradaki ineklerden taze tam yağlı süt tereyağı ve sade yoğurt stoklarla sınırlıdır",
    "Russian": "свежее цельное молоко от коров с пастбища сливочное масло и натуральный йогурт пока есть в наличии",
}


@pytest.mark.parametrize("text", [*TEXTS.values(), *OTHERS.values()])
def test_languages_are_likelier_than_their_letters_in_another_order(text):
    told, backwards = likelihood(text), likelihood(text[::-1])
    assert told.mean > -2.9
    assert told.letters == backwards.letters > 50
    assert told.mean > backwards.mean + 0.2


def test_nothing_to_judge():
    assert likelihood("1,99 € 4x125g a bc 500 g") == (0.0, 0)


def test_words_are_letters_alone():
    assert words_of("Käse, 4x125g größer l'été HX-22 ab Straße", shortest=3) == ["kase", "grosser", "ete", "strasse"]


def test_folding():
    assert folded("ÄÉŁØßжя") == "aeloss" + "za"
    assert folded("plain") == "plain"
    assert folded("文") == "文"
