"""Reviews and their aspects."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from schemas.language import Polarity, SentencePolarity
from schemas.rows.evidence import Fact, TextFact


class ReviewRow(Fact):
    """One opinion of one author. `review_no` is the place in the source, from 1; a broken row leaves a gap."""

    review_no: int = Field(ge=1)
    review_id: str | None = None
    product: str | None = None
    brand: str | None = None
    author: str | None = None
    author_location: str | None = None
    author_reviews: int | None = None
    retailer: str | None = None
    rating: float | None = None
    rating_scale: float | None = Field(default=None, description="the best rating possible, e.g. 5")
    title: str | None = None
    text: str
    language: str | None = None
    published_at: datetime | None = None
    helpful: int | None = None
    sentiment: Polarity | None = None
    score: float | None = Field(default=None, ge=-1, le=1)
    sentences: tuple[SentencePolarity, ...] = Field(
        default=(), description="sentences of the text that praise or blame: list of [first character, end, positive or negative]; others are neutral"
    )
    duplicate_of: int | None = Field(default=None, description="review_no of the first review of the same part with the same or nearly the same text")
    text_key: str | None = Field(default=None, description="equal for reviews of the same letters and digits, whatever part or file they stand in")
    region: str | None = None
    store: str | None = None
    product_key: str | None = None


class AspectRow(TextFact):
    """A thing praised or blamed in a review."""

    review_no: int = Field(ge=1)
    term: str
    category: str | None = None
    opinion: str | None = None
    sentiment: Polarity | None = None
    score: float | None = Field(default=None, ge=-1, le=1)
