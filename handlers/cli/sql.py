"""`tamiz sql` and `tamiz export`: the running service answers; where none does, the warehouse is opened directly."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from handlers.cli.common import container, data_option, print_json, to_a_person
from handlers.tabular import csv_lines, json_text, table_text
from schemas.errors import Forbidden, InvalidRequest

if TYPE_CHECKING:
    from schemas.warehouse import QueryResult
    from workers.container import Container


@click.command()
@click.argument("statement", metavar="SQL")
@data_option
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), help="Default: table for a terminal, json for a program.")
@click.option("--raw", is_flag=True, help="csv: leave text that a spreadsheet would take for a formula as it is.")
def sql(statement: str, data: Path | None, form: str | None, raw: bool) -> None:
    """Ask the warehouse one read-only question."""
    box = container(data)
    if box.settings.sql is False:
        raise Forbidden("SQL is switched off here (TAMIZ_SQL=false)")
    result = _ask(box, statement)
    form = form or ("table" if to_a_person() else "json")
    if form == "csv":
        for line in csv_lines(result, raw=raw):
            click.echo(line, nl=False)
    else:
        click.echo(table_text(result) if form == "table" else json_text(result), nl=False)
    if result.truncated:
        click.echo(f"tamiz: only the first {len(result.rows)} rows are shown; there are more", err=True)


@click.command()
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path))
@data_option
def export(directory: Path, data: Path | None) -> None:
    """Write every table of the warehouse into DIRECTORY, as <table>.parquet."""
    box = container(data)
    if directory.is_dir() and any(directory.iterdir()):
        raise InvalidRequest(f"{directory} is not empty; choose a new folder")
    rows = box.warehouse.export(directory)
    if to_a_person():
        for name, number in rows.items():
            click.echo(f"{number:>12,}  {name}.parquet")
    else:
        print_json(dict(rows))


def _ask(box: Container, statement: str) -> QueryResult:
    from handlers.cli.service import ask_service
    from schemas.warehouse import QueryLimits

    settings = box.settings
    answer = ask_service(box.settings.data / "run", statement, settings.sql_timeout_s)
    if answer is not None:
        return answer
    limits = QueryLimits(seconds=settings.sql_timeout_s, rows=settings.sql_rows, memory_bytes=settings.sql_memory_bytes)
    try:
        return box.warehouse.query(statement, limits)
    finally:
        box.warehouse.close()
