"""What the views over reviews cost on a million of them: `python -m benchmarks.review_views`, a line a view for `docs/questions.md`.

One file of invented reviews: 300 products of very different size, 20 stores, 700 days; four terms and two aspects each, as uneven as words are.
Asked with what `tamiz sql` may take, one thread and 512 MiB; seconds are the processor's.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from adapters.warehouse.duckdb import DuckDbWarehouse

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

PRODUCT = "WHERE product = 'Product number 7'"
COUNTED = "SELECT count(*), {} FROM {} {}"
QUESTIONS = {
    "review_daily": "sum(smoothed_stars), sum(share_negative_7d)",
    "aspect_daily": "sum(smoothed_share_negative), sum(mentions_7d)",
    "aspect_opinions": "max(mentions), max(length(example))",
    "product_terms": "max(z_score), sum(reviews)",
    "rating_vs_sentiment": "max(gap), max(length(text))",
    "review_duplicates": "sum(copies), max(length(text))",
}
"""What is computed of each view, so that all its work is done and little travels."""

MADE = (
    "SELECT setseed(0.5)",
    """INSERT INTO reviews (document_id, review_no, product, rating, rating_scale, text, language, published_at, sentiment, score, duplicate_of,
        store, text_key, confidence, method, adapter, flags)
    SELECT 'abcdefghijklmnopqrstuvwxyz', i, CASE WHEN u1 >= 0.03 THEN 'Product number ' || CAST(floor(300 * u1 * u1) AS INT) END,
        1 + floor(5 * sqrt(u2)), 5,
        array_to_string(list_transform(range(45), lambda k: 'w' || CAST(hash(i * 100 + k) % 5000 AS VARCHAR)), ' ') || '.',
        CASE WHEN u3 < 0.6 THEN 'en' ELSE 'es' END, TIMESTAMP '2024-01-01' + INTERVAL (CAST(floor(u4 * 16800) AS INT)) HOUR,
        CASE WHEN s < -0.2 THEN 'negative' WHEN s < 0.2 THEN 'neutral' ELSE 'positive' END, s,
        CASE WHEN u5 < 0.02 AND i > 1000 THEN i - 1000 END, CASE WHEN u3 >= 0.1 THEN 'Store ' || CAST(floor(u3 * 20) AS INT) END,
        format('{:016x}', hash(CASE WHEN u5 < 0.02 AND i > 1000 THEN i - 1000 ELSE i END)), 0.7, 'extracted', 'local/1/x',
        CASE WHEN u5 < 0.005 THEN '["repeated_phrase"]' WHEN u5 < 0.02 THEN '["duplicate"]' ELSE '[]' END
    FROM (SELECT i, random() u1, random() u2, random() u3, random() u4, random() u5, 2 * random() - 1 s FROM range(1, $count + 1) r(i))""",
    """INSERT INTO terms (document_id, item_no, term, weight, confidence, method, adapter, flags)
    SELECT 'abcdefghijklmnopqrstuvwxyz', 1 + i // 4, 'term ' || CAST(floor(pow(20000, random())) AS INT), 1, 0.5, 'extracted', 'local/1/x', '[]'
    FROM range(4 * $count) r(i)""",
    """INSERT INTO aspects (document_id, review_no, term, category, opinion, sentiment, score, confidence, method, adapter, flags, char_start,
        char_end)
    SELECT 'abcdefghijklmnopqrstuvwxyz', 1 + i // 2, 'aspect' || CAST(floor(pow(3000, random())) AS INT),
        CASE WHEN u < 0.8 THEN 'category' || CAST(floor(u * 25) AS INT) END, 'opinion' || CAST(floor(pow(2000, random())) AS INT),
        CASE WHEN s < -0.2 THEN 'negative' WHEN s < 0.2 THEN 'neutral' ELSE 'positive' END, s, random(), 'extracted', 'local/1/x', '[]', 30, 39
    FROM (SELECT i, random() u, 2 * random() - 1 s FROM range(2 * $count) r(i))""",
)


def make(path: Path, count: int) -> None:
    """A million reviews straight into the file: loading is measured elsewhere."""
    import duckdb

    with duckdb.connect(str(path)) as db:
        for statement in MADE:
            db.execute(statement.replace("$count", str(count))).fetchall()


def main() -> None:
    """Print the table."""
    import duckdb

    parser = argparse.ArgumentParser(prog="python -m benchmarks.review_views", description=__doc__)
    parser.add_argument("--reviews", type=int, default=1_000_000)
    count = parser.parse_args().reviews
    with TemporaryDirectory(prefix="tamiz-views-") as folder:
        path = Path(folder) / "warehouse.duckdb"
        warehouse = DuckDbWarehouse(path=path, run_dir=Path(folder) / "run")
        warehouse.migrate()
        warehouse.close()
        make(path, count)
        limits: dict[str, str | bool | int | float | list[str]] = {"threads": 1, "memory_limit": "512MiB", "temp_directory": ""}
        with duckdb.connect(str(path), read_only=True, config=limits) as db:
            print(f"| view over {count:,} reviews | of one product, s | of all, s |\n|---|---|---|")
            for view, wanted in QUESTIONS.items():
                one = "-" if view == "review_duplicates" else f"{_seconds(db, COUNTED.format(wanted, view, PRODUCT)):.2f}"
                print(f"| `{view}` | {one} | {_seconds(db, COUNTED.format(wanted, view, '')):.2f} |", flush=True)


def _seconds(db: DuckDBPyConnection, sql: str) -> float:
    started = time.process_time()
    db.execute(sql).fetchall()
    return time.process_time() - started


if __name__ == "__main__":
    main()
