"""The voices a cloud service lists, and which of them speaks a language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

from schemas.documents import Value
from schemas.errors import LanguageUnsupported

_HOME: Final = {"en": "en-US", "pt": "pt-BR", "zh": "cmn-CN", "ar": "arb", "no": "nb-NO", "nb": "nb-NO", "sv": "sv-SE", "da": "da-DK", "ja": "ja-JP"}
"""What a language without a region is spoken as, where that is not its country of the same letters (`es-ES`)."""
_ALSO: Final = {"zh": "cmn", "zh-cn": "cmn-cn", "zh-tw": "cmn-tw", "zh-hk": "yue-cn", "ar": "arb", "no": "nb"}
"""Tags under which services list a language otherwise."""


class ListedVoice(Value):
    """A voice, by the name a request gives, and the BCP 47 tags it speaks; the first is its own."""

    name: str
    languages: tuple[str, ...]

    def tag(self, wanted: str) -> str:
        """The tag of its own list to ask for: `wanted`, or one of that language, else its own."""
        language = _language(wanted)
        by_fit = [tag for tag in self.languages if tag.lower() in _names(wanted)] + [tag for tag in self.languages if _language(tag) == language]
        return by_fit[0] if by_fit else self.languages[0]


def voice_for(language: str, voices: Sequence[ListedVoice], preferred: Mapping[str, str], service: str) -> ListedVoice:
    """The voice that `preferred` (tag or language to name) states, else the first by name of the region, else of the language.

    Raises `LanguageUnsupported`.
    """
    stated = {tag.lower(): name for tag, name in preferred.items()}
    for tag in (language.lower(), language.lower().partition("-")[0]):
        if tag in stated:
            return voice_named(stated[tag], voices, service)
    home = _HOME.get(language.lower(), f"{language}-{language}").lower()
    ranked = sorted(
        (0 if tag.lower() in _names(language) else 1 if tag.lower() == home else 2, number, tag, voice.name, voice)
        for voice in voices
        for number, tag in enumerate(voice.languages[:1])
        if tag.lower() in _names(language) or _language(tag) == _language(language)
    )
    if not ranked:
        spoken = ", ".join(sorted({_language(tag) for voice in voices for tag in voice.languages}))
        raise LanguageUnsupported(f"{service} has no voice for {language!r} with these options; it speaks {spoken or 'nothing'}")
    return ranked[0][-1]


def voice_named(name: str, voices: Sequence[ListedVoice], service: str) -> ListedVoice:
    """The voice somebody names, in any case. Raises `LanguageUnsupported`."""
    for voice in voices:
        if voice.name.lower() == name.lower():
            return voice
    raise LanguageUnsupported(f"{service} lists no voice {name[:60]!r} with these options; name one of its own, or leave the choice to it")


def cost(characters: int, usd_per_million: Decimal) -> Decimal:
    """US dollars of a text, to a millionth."""
    return (characters * usd_per_million / 1_000_000).quantize(Decimal("0.000001"))


def _names(tag: str) -> set[str]:
    return {tag.lower(), _ALSO.get(tag.lower(), tag.lower())}


def _language(tag: str) -> str:
    language = tag.lower().partition("-")[0]
    return _ALSO.get(language, language)
