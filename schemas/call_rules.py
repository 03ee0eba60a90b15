"""Rules that put calls into categories, with the reach of Amazon Transcribe's category language (botocore `transcribe/2017-10-26`, `Rule`)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

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
