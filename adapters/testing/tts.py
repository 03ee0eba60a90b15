"""The contract of every voice. Subclass `TtsContract` and give it a `voice` fixture."""

from __future__ import annotations

import numpy as np
import pytest
from pydantic import BaseModel

from adapters.capabilities import Capabilities
from adapters.tts.port import SpeechSynthesizer
from schemas.errors import AdapterDisabled, LanguageUnsupported


class TtsDescription:
    """What holds for every voice, `none` too."""

    def test_says_what_it_is(self, voice: SpeechSynthesizer) -> None:
        """Name and version; options and capabilities are data."""
        assert voice.name
        assert voice.version
        assert isinstance(voice.options, BaseModel)
        assert isinstance(voice.capabilities, Capabilities)

    def test_every_option_is_described(self, voice: SpeechSynthesizer) -> None:
        """Each option says its unit and trade-off."""
        undescribed = [name for name, field in type(voice.options).model_fields.items() if not field.description]
        assert not undescribed


class NoTtsContract(TtsDescription):
    """What holds for a voice that is switched off, or `auto` without a program."""

    def test_refuses_with_the_remedy(self, voice: SpeechSynthesizer) -> None:
        """A reply is never answered with silence."""
        with pytest.raises(AdapterDisabled, match="espeak-ng"):
            voice.speak("Good morning.", "en")


class TtsContract(TtsDescription):
    """What holds for every voice that speaks."""

    def test_speaks(self, voice: SpeechSynthesizer) -> None:
        """Whole samples of audible sound, for about as long as a person takes."""
        spoken = voice.speak("Your order arrives on Monday.", "en-US")
        samples = np.frombuffer(spoken.pcm, "<i2")
        assert 0.8 < len(samples) / spoken.sample_rate_hz < 6
        assert np.abs(samples).max() > 1000
        assert spoken.adapter.count("/") >= 2

    def test_more_text_takes_longer(self, voice: SpeechSynthesizer) -> None:
        """The whole text is spoken."""
        assert len(voice.speak("Yes. " * 20, "en").pcm) > 5 * len(voice.speak("Yes.", "en").pcm)

    def test_text_is_only_text(self, voice: SpeechSynthesizer) -> None:
        """A text that looks like an option, or holds letters of any script, is spoken."""
        for text in ("--help", "-w /tmp/x", "10 € für Käse", "\N{CJK UNIFIED IDEOGRAPH-8336}"):
            assert voice.speak(text, "en").pcm

    def test_refuses_a_language_it_does_not_know(self, voice: SpeechSynthesizer) -> None:
        """Rather than speak it with a wrong voice."""
        with pytest.raises(LanguageUnsupported):
            voice.speak("nuqneH", "zxx")

    def test_a_voice_can_be_named(self, voice: SpeechSynthesizer) -> None:
        """One of its own; any other is refused, and none is an option of a program."""
        named = voice.speak("Your order arrives on Monday.", "en").adapter.rsplit("/", 1)[-1]
        assert voice.speak("Your order arrives on Monday.", "es", named).adapter.endswith(f"/{named}")
        for other in ("nobody", "-w", "../en", f"{named}+../x"):
            with pytest.raises(LanguageUnsupported):
                voice.speak("Yes.", "en", other)
