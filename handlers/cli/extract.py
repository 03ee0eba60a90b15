"""`tamiz extract`: files in, one JSON line each out; no service, no ledger."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import click

from handlers.cli.common import container, kind_option, print_json


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE...")
@kind_option
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), hidden=True, help="Taken for every command's sake; nothing is kept.")
def extract(files: tuple[Path, ...], kind: str | None, data: Path | None) -> None:
    """Extract files and print one JSON line each: the Extraction, or why there is none. Exit status 1 when a file was not read."""
    from schemas.documents import Kind
    from workers.oneshot import lines

    unread = 0
    watched = sys.stderr.isatty()
    with tempfile.TemporaryDirectory(prefix="tamiz-") as nothing_kept:
        box = container(data or Path(nothing_kept))
        for number, line in enumerate(lines(box, list(files), Kind(kind) if kind else None), 1):
            print_json(line)
            sys.stdout.flush()
            unread += "error" in line
            if watched:
                click.echo(f"\r{number} of {len(files)} files, {unread} not read", err=True, nl=number == len(files))
    if unread:
        sys.exit(1)
