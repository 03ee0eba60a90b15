"""Null engines: instant and deterministic, for chaos runs and throughput benches. What they say depends on a hash of their input alone.

They are registered as `null` by the plugin in `adapters/testing/plugin` and load only where `TAMIZ_PLUGINS` allows it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import ClassVar

from adapters.capabilities import Capabilities
from adapters.imaging import PageImage
from adapters.stt.port import ChannelAudio
from schemas.documents import Value
from schemas.language import LanguageGuess, Polarity, Sentiment, Term, TextAnalysis
from schemas.pages import Line, Page, Polygon
from schemas.transcripts import Segment, TimedWord, Transcript

_BAND: Polygon = ((0.1, 0.4), (0.9, 0.4), (0.9, 0.5), (0.1, 0.5))


class NoOptions(Value):
    """None."""


def digest(data: bytes | str) -> str:
    """The hash all answers are made of: sha256, hex."""
    return hashlib.sha256(data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data).hexdigest()


class NullOcr:
    """One line per image: a product named after the image's hash, with a price of 0.00 to 9.99 euros."""

    Options = NoOptions
    name: ClassVar[str] = "null"
    version: ClassVar[str] = "1"
    capabilities: ClassVar[Capabilities] = Capabilities()

    def __init__(self, options: Value) -> None:
        self.options = options

    @property
    def model(self) -> str:
        """No model."""
        return "none"

    def read(self, image: PageImage) -> Page:
        """The line, in a band across the page."""
        found = digest(image.encoded)
        cents = int(found[8:16], 16) % 1000
        line = Line(text=f"Product {found[:8]} {cents // 100}.{cents % 100:02d} €", polygon=_BAND, confidence=0.9)
        return Page(width_px=image.width_px, height_px=image.height_px, lines=(line,), adapter=f"{self.name}/{self.version}/{self.model}")


class NullSpeech:
    """Three words per stretch of audio, spread over it; silence (no samples but zero) has none."""

    Options = NoOptions
    name: ClassVar[str] = "null"
    version: ClassVar[str] = "1"
    capabilities: ClassVar[Capabilities] = Capabilities()

    def __init__(self, options: Value) -> None:
        self.options = options

    @property
    def model(self) -> str:
        """No model."""
        return "none"

    def recognize(self, audio: ChannelAudio) -> Transcript:
        """Words of the hash's digits, a third of the stretch each."""
        length_s = len(audio.pcm) / 2 / audio.sample_rate_hz
        segments: tuple[Segment, ...] = ()
        if any(audio.pcm):
            found = digest(audio.pcm)
            edges = [audio.offset_s + length_s * part / 3 for part in range(4)]
            words = tuple(
                TimedWord(text=f"word{found[4 * number : 4 * number + 4]}", start_s=edges[number], end_s=edges[number + 1], confidence=0.9)
                for number in range(3)
            )
            segments = (Segment(start_s=edges[0], end_s=edges[3], words=words),)
        return Transcript(
            channel=audio.channel,
            duration_s=audio.offset_s + length_s,
            language=audio.language or "en",
            segments=segments,
            adapter=f"{self.name}/{self.version}/{self.model}",
        )


class NullLanguage:
    """English, one of three feelings by hash, and the text's first word as its term."""

    Options = NoOptions
    name: ClassVar[str] = "null"
    version: ClassVar[str] = "1"
    capabilities: ClassVar[Capabilities] = Capabilities(provides=("language", "sentiment", "terms"))

    def __init__(self, options: Value) -> None:
        self.options = options

    @property
    def model(self) -> str:
        """No model."""
        return "none"

    def analyze(self, texts: Sequence[str], language: str | None = None) -> tuple[TextAnalysis, ...]:
        """One analysis per text, each on its own."""
        return tuple(self._one(text, language) for text in texts)

    def _one(self, text: str, language: str | None) -> TextAnalysis:
        feelings: tuple[tuple[Polarity, float], ...] = (("negative", -0.5), ("neutral", 0.0), ("positive", 0.5))
        polarity, score = feelings[int(digest(text)[:8], 16) % 3]
        first = text.split()[:1]
        start = text.find(first[0]) if first else 0
        return TextAnalysis(
            language=LanguageGuess(language=language or "en", confidence=0.9),
            sentiment=Sentiment(polarity=polarity, score=score, confidence=0.9),
            terms=tuple(Term(term=word, weight=1.0, char_start=start, char_end=start + len(word)) for word in first),
            adapter=f"{self.name}/{self.version}/{self.model}",
        )
