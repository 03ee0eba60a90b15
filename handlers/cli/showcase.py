"""The first start: samples dropped into the bucket, and what can be asked of them."""

from __future__ import annotations

import shutil
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from schemas.documents import State
from schemas.errors import TamizError
from schemas.warehouse import QueryLimits, QueryResult

if TYPE_CHECKING:
    from schemas.ledger import DocumentStatus
    from workers.container import Container

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
FOLDERS = ("reviews", "messages", "brochures", "calls")

QUESTIONS = (
    (
        "What does the chain offer, and how sure is each row?",
        "select product, price, currency, round(confidence, 2) as confidence, page_no from offers order by confidence desc limit 5",
    ),
    (
        "How do people feel about each product?",
        "select product, count(*) as reviews, round(avg(rating), 1) as stars, round(avg(score), 2) as score from reviews group by 1 order by 4",
    ),
    (
        "Who said what on the phone?",
        "select role, channel, round(start_s, 1) as start_s, text from utterances where text <> '' order by start_s limit 5",
    ),
)
"""Three short queries, one per kind of file."""

_SETTLED = {State.LOADED, State.REJECTED, State.DEAD, State.DELETED, State.ERASED}
_NARROW, _WIDE = 18, 60


def show_samples(box: Container, stop: threading.Event) -> None:
    """Drop the samples when this is a first start, say as each is done, then ask three questions."""
    if box.ledger.documents(limit=1) or box.bucket_folder is None:
        return
    names = drop_samples(box.bucket_folder)
    click.echo(f"First start: {len(names)} sample files dropped into the bucket.", err=True)
    started = time.monotonic()
    told: set[str] = set()
    while not stop.wait(0.1):
        found = {status.document_id: status for status in box.ledger.documents(limit=1000)}
        for status in found.values():
            if status.state in _SETTLED and status.loaded and status.document_id not in told:
                told.add(status.document_id)
                click.echo(f"  {time.monotonic() - started:5.1f} s  {_line(status)}", err=True)
        dropped = {status.key for status in found.values()}
        if set(names) <= dropped and len(told) == len(found):
            break
    for question, sql in QUESTIONS:
        if stop.is_set():
            return
        click.echo(f'\n{question}\n  tamiz sql "{sql}"', err=True)
        try:
            click.echo(table(box.warehouse.query(sql, QueryLimits())), err=True)
        except TamizError as error:
            click.echo(f"  {error.message}", err=True)


def drop_samples(bucket: Path) -> list[str]:
    """Copy the samples into `bucket`, each renamed into place; sidecars first. Returns the keys of the documents."""
    keys = []
    for folder in FOLDERS:
        for source in sorted((SAMPLES / folder).iterdir(), key=lambda path: (not path.name.endswith(".meta.json"), path.name)):
            target = bucket / folder / source.name
            target.parent.mkdir(parents=True, exist_ok=True)
            hidden = target.with_name(f".{target.name}.tmp")
            shutil.copyfile(source, hidden)
            hidden.rename(target)
            if not source.name.endswith(".meta.json"):
                keys.append(f"{folder}/{source.name}")
    return keys


def _line(status: DocumentStatus) -> str:
    if status.error_code:
        return f"{status.key}: {status.state.value}: {status.error_message}"
    return f"{status.key}: {status.kind.value if status.kind else 'unknown'}, loaded"


def table(result: QueryResult) -> str:
    """The answer as aligned text."""
    cells = [[_cell(value) for value in row] for row in (result.columns, *result.rows)]
    widths = [min(_WIDE, max(len(row[column]) for row in cells)) for column in range(len(result.columns))]
    return "\n".join("  " + "  ".join(cell[:width].ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells)


def _cell(value: object) -> str:
    return "" if value is None else str(value).replace("\n", " ")
