"""`docs/tables.md`, written from the models: `python -m schemas.tables_markdown > docs/tables.md`."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from schemas.rows.evidence import TAIL
from schemas.tables import ITEM_NUMBERS, TABLES, WAREHOUSE_SCHEMA, Column, SqlType, Table

SPELLINGS = {
    SqlType.TEXT: ("VARCHAR", "TEXT"),
    SqlType.INTEGER: ("BIGINT", "BIGINT"),
    SqlType.FLOAT: ("DOUBLE", "DOUBLE PRECISION"),
    SqlType.BOOLEAN: ("BOOLEAN", "BOOLEAN"),
    SqlType.MONEY: ("DECIMAL(18,4)", "DECIMAL(18,4)"),
    SqlType.TIMESTAMP: ("TIMESTAMP, UTC", "TIMESTAMPTZ"),
    SqlType.DATE: ("DATE", "DATE"),
    SqlType.JSON: ("JSON", "JSONB"),
}
"""Logical type to its spelling in DuckDB and in PostgreSQL."""

VIEWS = {
    "offer_history": "One row per offer with a price, of a product over documents and days: `product_key` (normalised name and package; where there"
    " is none, the name in lower case), `day` (`valid_from`, else the day it came), `price`. At the same retailer `previous_price`, `previous_day`,"
    " `change_pct` since then, `is_latest`. Anywhere, in the same currency: `lowest_price` with `lowest_day`, `lowest_retailer`, `lowest_region` and"
    " `lowest_store`, `is_lowest`, `first_seen`, `last_seen`. Member prices (`loyalty`) and multi-buys (`multibuy`) count like others.",
    "counted_reviews": "The reviews that statistics count, with `product` (where there is none, `product_key`), `day` (UTC), `stars` (1 to 5: 5"
    " x rating / `rating_scale`, at least 1; NULL without a scale) and `negative` (1 or 0; NULL without a sentiment). A text that repeats an"
    " earlier one of its part, or nearly does, is left out (`duplicate_of`), unless it is a `repeated_phrase` of a few words, which people"
    " write without having met. Copies in other parts and files are still in: `review_duplicates` shows them. In all views on it a missing"
    " product, store or day is a group of its own, NULL.",
    "review_daily": "Reviews per product, store and day: `reviews`, `mean_rating` (as given, whatever the scale), `mean_score`,"
    " `share_negative` (0 to 1, of those with a sentiment), `mean_stars` (1 to 5). The same over the seven days that end with the day, each"
    " review counting once: `reviews_7d`, `mean_stars_7d`, `mean_score_7d`, `share_negative_7d`. `smoothed_stars`, `smoothed_score` and"
    " `smoothed_share_negative` pull these to the product's mean over all stores and days, as if ten reviews of exactly that mean had come"
    " too: a single review moves them little.",
    "aspect_mentions": "One row per mention of an aspect in a review that counts: `aspect` (its category; where there is none, the term in"
    " lower case), `term`, `opinion` in lower case, `sentiment`, `score`, and the review's product, brand, store, region, retailer, language,"
    " `day` and `stars`.",
    "aspect_daily": "Mentions per product, store, day and aspect: `mentions`, `positive`, `negative`, `mean_score`, `share_negative` (of those"
    " with a sentiment), over seven days `mentions_7d` and `share_negative_7d`, and `smoothed_share_negative`, pulled to the product's share"
    " for that aspect like ten more mentions.",
    "aspect_opinions": "The words an aspect of a product is praised or blamed with: `opinion`, `opinion_rank` (1 is the most frequent),"
    " `mentions`, `positive`, `negative`, `polarity` (of the more frequent kind), `mean_score`, and the sentence of the surest mention as"
    " `example` (at most 400 characters) with its `document_id` and `review_no`.",
    "product_terms": "Terms of a product against all other products in the same language (`und`: unknown): `reviews` with the term,"
    " `other_reviews` of other products with it, `log_odds` with an informative Dirichlet prior of 500 mentions spread as in all reviews, and"
    " its `z_score` (Monroe, Colaresi and Quinn 2008, eq. 16 to 22): above 1.96 it goes with the product, below -1.96 it is missing there."
    " Terms of two reviews or more; reviews without a product are part of the rest.",
    "rating_vs_sentiment": "Reviews whose stars and words disagree: 4 stars or more with a negative text, or 2 or fewer with a positive one."
    " `gap` (0 to 2) is how far the calibrated score stands from the stars on the same scale; the widest first.",
    "review_duplicates": "Texts that stand in more than one review, over all parts and files, short phrases too: `copies`, `near_copies` among"
    " them (nearly the same, found within a part), `documents`, `products`, `authors`, `first_day`, `last_day`, and the first one's"
    " `document_id`, `review_no` and `text`.",
    "call_measures": "One row per call, its JSON laid out in columns: `day` (UTC; of `started_at`, else the day it came), `agent_talk_s`,"
    " `customer_talk_s`, `agent_words_per_minute`, `customer_words_per_minute`, `agent_sentiment`, `customer_sentiment` and"
    " `customer_sentiment_change` (last quarter less first; -5 to 5), `resolved` and `unresolved` (1 or 0 by `outcome`; NULL without one). What a"
    " call does not tell is NULL. In all views on it a missing agent, queue or name is a group of its own, NULL.",
    "call_daily": "Calls per day, agent and queue: `calls`, `minutes`, durations, `non_talk_s`, `hold_s`, `interruptions`, `mean_csat`; of the time"
    " of the calls that tell it `agent_talk_share`, `customer_talk_share` and `non_talk_share` (0 to 1; people who talk at once count twice, so the"
    " sum may pass 1); `mean_customer_sentiment`, `mean_customer_sentiment_change` (every call counts alike); how many ended `resolved`,"
    " `unresolved`, with `callbacks` promised, `transferred`, or `without_outcome`.",
    "questions_unanswered": "Questions nobody answered: `question` (the first sentence of the turn with a question mark; the whole `text` where there"
    " is none), `role` of who asked, call (`document_id`, `utterance_no`, `agent_id`, `customer_id`, `queue`), `day`, `asked_at` (NULL where the"
    " call's start or the turn's time is not known) and `start_s` in the call.",
    "agent_daily": "Each agent's day: `calls`, `mean_duration_s`, `talk_s` and `words_per_minute` of the agent (weighted by talk), `interruptions` by"
    " the agent (NULL where no call tells the voices apart), `mean_customer_sentiment` and its mean change, `share_resolved` (of the calls with an"
    " outcome), the customers' `questions` and how many of them stayed open (`questions_open`).",
    "reasons_daily": "Why people call, per day: `kind` (`operation`: what they want; `issue`: what is wrong) and `name`, `calls` in which it was"
    " said, `mentions`, `mean_customer_sentiment`, its mean change, `share_resolved` and `share_unresolved` (of the calls with an outcome). A call"
    " with two reasons counts for both.",
    "loudness_seconds": "One row per second of each turn, out of `utterances.loudness_per_s`: `second_s` in the call, `channel`, `role`,"
    " `loudness_db` (below full scale). Turns without audio have none.",
    "words": "One row per word of each turn, out of `utterances.words`: `word` as it was heard, `word_no` in the turn, `start_s` and `end_s` in"
    " the call, `confidence` (NULL where the recogniser states none), `role`, `channel`. Words that were redacted are left out.",
}

_INTRODUCTION = f"""# Tables

Written from the models by `python -m schemas.tables_markdown`; a test fails when this file is not current. Warehouse schema {WAREHOUSE_SCHEMA}.

Every table begins with `document_id`. Every fact table ends with how sure a row is (`confidence`), how it came about (`method`), what produced it
(`adapter`), which sanity checks it failed (`flags`), and where in the source it stands. Times are UTC; money is exact and its ISO 4217 `currency`
stands beside it. Columns marked *never null* always hold a value. The warehouse keeps three tables for itself: `_schema`, `_loader` and `_loads`.
"""


def markdown() -> str:
    """The whole file."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    yield _INTRODUCTION
    yield "| type | DuckDB | PostgreSQL |\n|---|---|---|"
    for kind, (duckdb, postgres) in SPELLINGS.items():
        yield f"| {kind} | {duckdb} | {postgres} |"
    yield ""
    for table in TABLES.values():
        yield from _table(table)
    yield "## Views\n"
    for name, text in VIEWS.items():
        yield f"- `{name}`: {text}"
    yield ""


def _table(table: Table) -> Iterator[str]:
    yield f"## {table.name}\n\n{table.description}\n\n| column | type | |\n|---|---|---|"
    for column in table.columns:
        yield f"| `{column.name}` | {column.type} | {_note(table, column)} |"
    yield ""


def _note(table: Table, column: Column) -> str:
    notes = [] if column.description in {"", "JSON"} else [column.description.replace("|", "\\|")]
    if column.name in ITEM_NUMBERS.get(table.name, ()):
        notes.append("place in the source, from 1")
    elif column.name in TAIL and not notes and not column.nullable:
        notes.append("see above")
    if not column.nullable:
        notes.append("*never null*")
    return "; ".join(notes)


if __name__ == "__main__":
    sys.stdout.write(markdown())
