"""What every fact carries: how sure, by what, and where in the source."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, PlainSerializer

from schemas.documents import Value
from schemas.pages import Box

Method = Literal["extracted", "derived", "human"]
Confidence = Annotated[float, Field(ge=0, le=1)]
Json = Annotated[Any, Field(description="JSON")]


def _two_decimals(value: Decimal) -> Decimal:
    """Money always shows its decimal point: `2` becomes `2.00`; more digits stay."""
    exponent = value.as_tuple().exponent
    if not isinstance(exponent, int):
        raise ValueError("money is a finite number")  # noqa: TRY004 - pydantic turns ValueError into its own
    return value.quantize(Decimal("0.01")) if exponent > -2 else value


Money = Annotated[
    Decimal,
    Field(max_digits=18, decimal_places=4),
    AfterValidator(_two_decimals),
    PlainSerializer(lambda value: format(value, "f"), return_type=str, when_used="json"),
]
"""DECIMAL(18, 4) in the warehouse; in JSON a string with a decimal point. The currency stands beside it."""


class Row(Value):
    """One row of one table, without its `document_id`, which the Extraction states once."""


class Fact(Row):
    """A row that claims something about the source."""

    confidence: Confidence = Field(description="0 to 1: how sure the adapter and the sanity checks are")
    method: Method = Field(default="extracted", description="extracted from the source, derived from other facts, or set by a human")
    adapter: str = Field(description="name/version/model of what produced it")
    flags: tuple[str, ...] = Field(default=(), description="failed sanity checks, e.g. price_above_original")


class PageFact(Fact):
    """A fact that stands on a page: number from 1, box in page fractions, top-left origin."""

    page_no: int = Field(ge=1)
    x0: float | None = Field(default=None, ge=0, le=1)
    y0: float | None = Field(default=None, ge=0, le=1)
    x1: float | None = Field(default=None, ge=0, le=1)
    y1: float | None = Field(default=None, ge=0, le=1)

    @staticmethod
    def place(box: Box) -> dict[str, float]:
        """The four box columns of `box`, as keyword arguments."""
        return {"x0": box.x0, "y0": box.y0, "x1": box.x1, "y1": box.y1}


class AudioFact(Fact):
    """A fact heard in a recording: channel from 0, seconds from its start."""

    channel: int | None = Field(default=None, ge=0)
    start_s: float | None = Field(default=None, ge=0)
    end_s: float | None = Field(default=None, ge=0)


class TextFact(Fact):
    """A fact read in a text: code points from 0, end exclusive, in the text of its item."""

    char_start: int | None = Field(default=None, ge=0)
    char_end: int | None = Field(default=None, ge=0)


TAIL = (
    *("confidence", "method", "adapter", "flags"),
    *("page_no", "x0", "y0", "x1", "y1"),
    *("channel", "start_s", "end_s"),
    *("char_start", "char_end"),
)
"""Order in which the fact columns close every fact table."""
