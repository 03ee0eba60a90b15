"""Paid voices say nothing twice, and stop at the day's budget."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from adapters.capabilities import Capabilities
from adapters.tts.none import NoVoice
from schemas.errors import BudgetExceeded, ServiceUnavailable
from schemas.transcripts import SpokenAudio
from workers.spending import Purse, paid

PRICE = Capabilities(price_usd=Decimal(16), price_unit="million characters")


class Dear(NoVoice):
    """16 USD a million characters, and a word it fails on."""

    capabilities = PRICE

    def __init__(self):
        super().__init__(NoVoice.Options())
        self.said = []

    def speak(self, text, language, voice=None):
        self.said.append((text, language, voice))
        if text == "fail":
            raise ServiceUnavailable("the voice is away")
        return SpokenAudio(pcm=b"\n\xff" * len(text), sample_rate_hz=8000, adapter=f"dear/1/{language}", cost_usd=len(text) * Decimal("0.000016"))


class Memory(dict):
    def put(self, key, output):
        self[key] = output


@pytest.fixture
def purse(tmp_path):
    def make(per_day=None, today=date(2026, 11, 21)):
        return Purse(tmp_path / "spent.json", None if per_day is None else Decimal(per_day), lambda: today)

    return make


def test_a_free_voice_is_left_alone(purse):
    voice = NoVoice(NoVoice.Options())
    assert paid(voice, Memory(), purse()) is voice


def test_what_was_said_is_kept_whole_and_costs_nothing_again(purse):
    kept, engine = Memory(), Dear()
    first = paid(engine, kept, purse()).speak("Good morning.", "en")
    again = paid(engine, kept, purse()).speak("Good morning.", "en")
    assert engine.said == [("Good morning.", "en", None)]
    assert (again.pcm, again.sample_rate_hz, again.adapter) == (first.pcm, 8000, "dear/1/en")
    assert (first.cost_usd, again.cost_usd) == (Decimal("0.000208"), 0)
    assert purse().spent == Decimal("0.000208")


@pytest.mark.parametrize("asked", [("Good morning.", "es", None), ("Good morning.", "en", "x"), ("Good evening.", "en", None)])
def test_another_text_language_or_voice_is_said_anew(purse, asked):
    kept, engine = Memory(), Dear()
    paid(engine, kept, purse()).speak("Good morning.", "en")
    paid(engine, kept, purse()).speak(*asked)
    assert len(engine.said) == 2


@pytest.mark.parametrize("broken", [b"", b"no line", b"[]\nxx", b"{}\nxx"])
def test_what_is_kept_and_broken_is_said_anew(purse, broken):
    kept, engine = Memory(), Dear()
    paid(engine, kept, purse()).speak("Good morning.", "en")
    kept.update(dict.fromkeys(kept, broken))
    assert paid(engine, kept, purse()).speak("Good morning.", "en").pcm
    assert len(engine.said) == 2


def test_nothing_is_said_beyond_the_budget(purse):
    engine = Dear()
    voice = paid(engine, Memory(), purse("0.00032"))
    voice.speak("x" * 15, "en")
    with pytest.raises(BudgetExceeded, match=r"0.00032 USD .*TAMIZ_BUDGET_USD_PER_DAY"):
        voice.speak("y" * 6, "en")
    assert len(engine.said) == 1
    assert voice.speak("z" * 5, "en").pcm
    assert purse().spent == Decimal("0.00032")


def test_a_budget_of_nothing_stops_every_paid_call(purse):
    with pytest.raises(BudgetExceeded):
        paid(Dear(), Memory(), purse("0")).speak("x", "en")


def test_what_fails_costs_nothing(purse):
    with pytest.raises(ServiceUnavailable):
        paid(Dear(), Memory(), purse("1")).speak("fail", "en")
    assert purse().spent == 0


def test_every_day_begins_anew(purse):
    paid(Dear(), Memory(), purse("0.0001")).speak("x" * 6, "en")
    tomorrow = purse("0.0001", date(2026, 11, 22))
    assert tomorrow.spent == 0
    assert paid(Dear(), Memory(), tomorrow).speak("x" * 6, "en").pcm


def test_processes_count_together_and_a_file_cut_off_counts_from_nothing(purse, tmp_path):
    with purse().paying(Decimal(2)) as spend:
        assert purse().spent == 2
        with pytest.raises(BudgetExceeded), purse("2.5").paying(Decimal(1)):
            raise AssertionError("nothing is left to spend")
        spend(Decimal("0.5"))
    assert purse().spent == Decimal("0.5")
    (tmp_path / "spent.json").write_text('{"day": "2026-')
    assert purse().spent == 0
