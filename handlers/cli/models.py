"""`tamiz models`: what was trained or fetched, what is in force, and back again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from handlers.cli.common import container, data_option, print_json, to_a_person

if TYPE_CHECKING:
    from workers.train import Stored, Task

_FORM = click.option("--format", "form", type=click.Choice(["table", "json"]), help="Default: table for a terminal, json for a program.")
_TASK = click.option("--task", type=click.Choice(["sentiment", "aspects", "classifier"]), help="Where models of several tasks have the name.")


@click.group()
def models() -> None:
    """Models trained here or fetched: versions, their figures, and which is in force."""


def _one(command: Callable[..., Any]) -> Callable[..., Any]:
    return data_option(_TASK(click.argument("name", metavar="NAME")(command)))


@models.command(name="list")
@data_option
@_FORM
def list_models(data: Path | None, form: str | None) -> None:
    """List every version of every model."""
    from workers.train import Table, as_text, store_of

    rows = [_row(stored) for stored in store_of(container(data)).all()]
    if (form or ("table" if to_a_person() else "json")) == "json":
        for row in rows:
            print_json(row)
        return
    columns = ("task", "name", "version", "in_force", "rows", "accuracy", "macro_f1", "ece", "languages")
    cells = tuple(tuple("-" if row[column] is None else str(row[column]) for column in columns) for row in rows)
    click.echo(as_text([Table("Models", columns, cells)]).encode("utf-8", "backslashreplace"), nl=False)


def _row(stored: Stored) -> dict[str, Any]:
    """A line of the list; figures a card does not state are left empty."""
    from schemas.errors import ModelDamaged
    from workers.train import read_card

    row: dict[str, Any] = {"task": stored.task, "name": stored.name, "version": stored.version, "in_force": "yes" if stored.promoted else "no"}
    try:
        card = read_card(stored.folder)
    except ModelDamaged:
        return row | dict.fromkeys(("rows", "accuracy", "macro_f1", "ece", "languages"))
    held = card.get("held_out")
    figures = held if isinstance(held, dict) else {}
    known = {name: round(found, 4) if isinstance(found := figures.get(name), float) else None for name in ("accuracy", "macro_f1", "ece")}
    languages = card.get("languages")
    return row | {"rows": card.get("rows"), **known, "languages": ",".join(map(str, languages)) if isinstance(languages, list) else None}


@models.command()
@click.argument("family", type=click.Choice(["stt", "diarisation", "nlp"]))
@click.argument("model", metavar="MODEL")
@data_option
def pull(family: str, model: str, data: Path | None) -> None:
    """Fetch MODEL, a name on the model hub or a size of Whisper, into DATA/models: the one act that downloads. Goes on where it was cut off."""
    from handlers.cli.fetching import shown
    from workers.train import fetch

    found = fetch(container(data), family, model, shown())
    _told(f"{found.name} ({found.revision[:12]}, licence {found.licence or 'not stated'}) lies in {found.folder}")


@models.command()
@_one
@_FORM
@click.option("--version", help="Default: the newest.")
def show(name: str, task: Task | None, data: Path | None, version: str | None, form: str | None) -> None:
    """Show the report of model NAME: figures, telling n-grams, worst mistakes."""
    from workers.train import as_text, aspect_report_of, aspect_tables, find, mistakes, read_card, report_of, store_of, tables

    stored = find(store_of(container(data)), name, task, version)
    if (form or ("table" if to_a_person() else "json")) == "json":
        print_json({"title": stored.title, "in_force": stored.promoted, "card": read_card(stored.folder)})
        return
    if stored.task == "aspects":
        click.echo(as_text(aspect_tables(aspect_report_of(stored))).encode("utf-8", "backslashreplace"), nl=False)
        return
    report = report_of(stored)
    click.echo(as_text([*tables(report), mistakes(report)]).encode("utf-8", "backslashreplace"), nl=False)


@models.command()
@_one
@click.option("--version", help="Default: the newest.")
@click.option("--force", is_flag=True, help="Whatever the held-out rows say.")
def promote(name: str, task: Task | None, data: Path | None, version: str | None, force: bool) -> None:
    """Put model NAME in force, if it beats the present one on rows neither has learned from."""
    from workers.train import find, promote_aspects, store_of
    from workers.train import promote as put_in_force

    box = container(data)
    store = store_of(box)
    stored = find(store, name, task, version)
    if stored.task == "aspects":
        stored, contest = promote_aspects(stored, store, force=force)
    else:
        stored, contest = put_in_force(stored, store, box.settings.limits, _told, force=force)
    if contest is not None:
        _told(contest.told)
    _told(f"{stored.title} is in force")


@models.command()
@_one
def rollback(name: str, task: Task | None, data: Path | None) -> None:
    """Put back what was in force before, in the end what ships with Tamiz."""
    from workers.train import find, store_of

    store = store_of(container(data))
    found = store.rollback(find(store, name, task, None).task, name)
    _told(f"{found.title} is in force" if found else f"nothing trained as {name} is in force; what ships with Tamiz is")


@models.command()
@_one
@click.option("--version", required=True, help="Which one.")
def remove(name: str, task: Task | None, data: Path | None, version: str) -> None:
    """Remove a version of model NAME for good, with its report and the texts quoted there."""
    from workers.train import find, store_of

    store = store_of(container(data))
    stored = find(store, name, task, version)
    store.remove(stored)
    _told(f"{stored.title} is removed")


def _told(line: str) -> None:
    click.echo(line, err=True)
