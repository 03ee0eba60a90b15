"""Rules over calls: those that put them into categories, with the reach of Amazon Transcribe's category language (botocore `transcribe/2017-10-26`,
`Rule`), and those that answer them."""

from __future__ import annotations

import re
from string import Formatter
from typing import Annotated, Final, Literal

from pydantic import Field, field_validator, model_validator

from schemas.documents import Value

Side = Literal["agent", "customer"]


class _Within(Value):
    """Where in the call a condition is looked for, and whose turns count; without any of it, everywhere and everybody's."""

    role: Side | None = Field(default=None, description="whose turns count; both sides' where it is left out")
    from_s: float | None = Field(default=None, ge=0, description="seconds from the start of the call")
    to_s: float | None = Field(default=None, gt=0, description="seconds from the start of the call")
    first_s: float | None = Field(default=None, gt=0, description="only the first seconds")
    last_s: float | None = Field(default=None, gt=0, description="only the last seconds")
    from_percent: float | None = Field(default=None, ge=0, le=100, description="share of the call's time")
    to_percent: float | None = Field(default=None, gt=0, le=100, description="share of the call's time")
    first_percent: float | None = Field(default=None, gt=0, le=100, description="only the first share of the call")
    last_percent: float | None = Field(default=None, gt=0, le=100, description="only the last share of the call")
    negate: bool = Field(default=False, description="the condition holds where this is not found")

    @model_validator(mode="after")
    def _one_range(self) -> _Within:
        """One way to say a range, as in the language it is taken from."""
        said = [
            self.from_s is not None or self.to_s is not None,
            self.first_s is not None,
            self.last_s is not None,
            self.from_percent is not None or self.to_percent is not None,
            self.first_percent is not None,
            self.last_percent is not None,
        ]
        if sum(said) > 1:
            raise ValueError("a condition states one range: from/to in seconds or percent, or the first or last of either")
        if self.from_s is not None and self.to_s is not None and self.to_s <= self.from_s:
            raise ValueError("a range ends after it begins")
        if self.from_percent is not None and self.to_percent is not None and self.to_percent <= self.from_percent:
            raise ValueError("a range ends after it begins")
        return self


class Words(_Within):
    """Any of these phrases is said; `*` stands for any one word, case and punctuation do not count."""

    words: tuple[Annotated[str, Field(min_length=1, max_length=200)], ...] = Field(min_length=1, max_length=1000)


class Feeling(_Within):
    """A turn of any of these feelings."""

    sentiment: tuple[Literal["positive", "neutral", "negative"], ...] = Field(min_length=1)


class Silence(_Within):
    """Nobody speaks for this long at a stretch. It has no role."""

    silence_s: float = Field(gt=0, description="seconds")

    @model_validator(mode="after")
    def _nobody_s(self) -> Silence:
        if self.role is not None:
            raise ValueError("silence is nobody's; leave the role out")
        return self


class Interruption(_Within):
    """Somebody (of `role`) interrupts, for this long at least in one go."""

    interruption_s: float = Field(gt=0, description="seconds")


Condition = Words | Feeling | Silence | Interruption


class Category(Value):
    """A call belongs to it when every condition holds."""

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._ -]{0,199}$")
    conditions: tuple[Condition, ...] = Field(min_length=1, max_length=20)


NO_OUTCOME: Final = "none"
"""What a reply's rule calls the outcome of a call in which nobody said any."""

FACTS: Final[dict[str, Literal["text", "number", "time"]]] = {
    **dict.fromkeys(("customer_id", "agent_id", "queue", "direction", "disposition", "product", "company"), "text"),
    **dict.fromkeys(("outcome", "intent", "category", "language"), "text"),
    **dict.fromkeys(("csat", "duration_s"), "number"),
    "started_at": "time",
}
"""What a reply's text may name, and how it may be written: numbers as `{duration_s:.0f}`, times (UTC) as `{started_at:%d.%m.%Y}`."""

_NUMBER_FORMAT: Final = re.compile(r"(\.\d)?[f]?")
_TIME_FORMAT: Final = re.compile(r"(%[aAbBdHIjmMpSyYZ%]|[^%{}])*")
_MOST_CHARS: Final = 2000


class ReplyWhen(Value):
    """Which calls a reply is for: all that is stated must hold, of each list any one; nothing stated, every call."""

    outcomes: tuple[str, ...] = Field(default=(), description="`calls.outcome`; `none`: nobody said how the call ends")
    categories: tuple[str, ...] = Field(default=(), description="names of `calls.categories` rules that matched")
    intents: tuple[str, ...] = Field(default=(), description="operations somebody asked for, as in `utterances.intent`")
    role: Side | None = Field(default=None, description="who must have asked for the intents; anybody where it is left out")
    languages: tuple[str, ...] = Field(default=(), description="languages of the call, as BCP 47; `es` also means `es-MX`")

    @model_validator(mode="after")
    def _somebodys_intents(self) -> ReplyWhen:
        if self.role is not None and not self.intents:
            raise ValueError("`role` says who asked for `intents`; state some, or leave the role out")
        return self


class Reply(Value):
    """A spoken answer to the calls that `when` describes."""

    name: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._ -]{0,199}$")
    when: ReplyWhen = Field(default_factory=ReplyWhen)
    text: str = Field(min_length=1, max_length=_MOST_CHARS, description="what is said, with facts of the call in braces: `{customer_id}`")
    language: str | None = Field(default=None, pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$", description="BCP 47; the call's where it is left out")
    voice: str | None = Field(
        default=None, pattern=r"^[A-Za-z0-9][A-Za-z0-9_+-]{0,63}$", description="a voice of the engine; its own choice where left out"
    )

    @field_validator("text")
    @classmethod
    def _known_facts(cls, text: str) -> str:
        """Braces name a fact and nothing else: no attribute, no index, no conversion, no nested format."""
        try:
            pieces = list(Formatter().parse(text))
        except ValueError as error:
            raise ValueError(f"a brace that names no fact is written twice ({error})") from error
        for _, fact, form, conversion in pieces:
            if fact is None:
                continue
            if fact not in FACTS:
                raise ValueError(f"{{{fact[:40]}}} is no fact of a call; there are {', '.join(sorted(FACTS))}")
            allowed = {"text": re.compile(""), "number": _NUMBER_FORMAT, "time": _TIME_FORMAT}[FACTS[fact]]
            if conversion or not allowed.fullmatch(form or ""):
                raise ValueError(f"{{{fact}}} cannot be written so; numbers take `.0f`, times `%d.%m.%Y`, text nothing")
        return text
