"""Which voice speaks a language."""

from __future__ import annotations

from decimal import Decimal

import pytest

from adapters.tts.catalogue import ListedVoice, cost, voice_for, voice_named
from schemas.errors import LanguageUnsupported

VOICES = tuple(
    ListedVoice(name=name, languages=languages)
    for name, *languages in [
        ("Zoe", "en-US"),
        ("Amy", "en-GB"),
        ("Joanna", "en-US"),
        ("Kajal", "en-IN", "hi-IN"),
        ("Zhiyu", "cmn-CN"),
        ("Mia", "es-MX"),
        ("Lucia", "es-ES"),
        ("Ida", "nb-NO"),
    ]
)


@pytest.mark.parametrize(
    "language, name",
    [
        ("en-GB", "Amy"),
        ("en", "Joanna"),
        ("en-ZA", "Amy"),
        ("EN-us", "Joanna"),
        ("es", "Lucia"),
        ("es-MX", "Mia"),
        ("zh-CN", "Zhiyu"),
        ("zh", "Zhiyu"),
        ("no", "Ida"),
    ],
)
def test_the_region_s_voice_goes_before_the_language_s(language, name):
    assert voice_for(language, VOICES, {}, "X").name == name


@pytest.mark.parametrize("language, name", [("en-US", "Zoe"), ("en", "Kajal"), ("en-GB", "Kajal"), ("es", "Lucia")])
def test_a_stated_voice_goes_before_all(language, name):
    assert voice_for(language, VOICES, {"en": "kajal", "en-us": "Zoe"}, "X").name == name


def test_a_language_nobody_speaks_is_refused_with_those_that_are_spoken():
    with pytest.raises(LanguageUnsupported, match="it speaks cmn, en, es, hi, nb"):
        voice_for("tlh", VOICES, {}, "X")
    with pytest.raises(LanguageUnsupported, match="'Nobody'"):
        voice_named("Nobody", VOICES, "X")


@pytest.mark.parametrize("wanted, tag", [("hi", "hi-IN"), ("hi-IN", "hi-IN"), ("en-US", "en-IN"), ("de", "en-IN")])
def test_a_bilingual_voice_is_asked_for_the_language_that_is_wanted(wanted, tag):
    assert voice_named("Kajal", VOICES, "X").tag(wanted) == tag


def test_cost_to_a_millionth_of_a_dollar():
    assert cost(29, Decimal(16)) == Decimal("0.000464")
    assert cost(0, Decimal(16)) == 0
