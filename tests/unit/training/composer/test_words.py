"""Every language can say everything."""

from __future__ import annotations

from string import Formatter

import pytest

from training.composer.goods import PACK
from training.composer.words import LANGUAGES, language, shelves

FIELDS = {
    "was": {"p"},
    "unit_price": {"p", "u"},
    "discount": {"d"},
    "multibuy": {"k", "p"},
    "tier": {"k", "p"},
    "deposit": {"p"},
    "limit": {"n"},
    "only": {"a"},
    "points": {"n"},
}


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_language_fills_every_shelf_with_many_names(code: str) -> None:
    words = language(code)
    assert set(words.names) == {shelf.name for shelf in shelves()}
    assert sum(max(1, len(title.varieties)) for titles in words.names.values() for title in titles) >= 200


@pytest.mark.parametrize("code", LANGUAGES)
def test_languages_say_the_same_kinds_of_things(code: str) -> None:
    words, german = language(code), language("de")
    assert set(words.phrases) == set(german.phrases)
    assert set(words.page) == set(german.page)
    assert set(words.containers) == set(german.containers)
    assert set(words.packages) == set(german.packages)


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("kind", FIELDS)
def test_templates_hold_the_fields_they_are_given(code: str, kind: str) -> None:
    for template in language(code).phrases[kind]:
        fields = {name for _, name, _, _ in Formatter().parse(template) if name}
        assert fields == FIELDS[kind], template


@pytest.mark.parametrize("shelf", shelves(), ids=lambda shelf: shelf.name)
def test_packages_can_be_read_and_name_known_containers(shelf: object) -> None:
    for pack in (pack for pack in shelf.packs if pack):  # type: ignore[attr-defined]
        found = PACK.fullmatch(pack)
        assert found, pack
        assert not found["container"] or found["container"] in language("en").containers
