"""Commands that act on documents: reprocess, redrive, delete, erase, and deletions that wait for a person."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from handlers.cli.common import data_option, existing, kind_option, print_json, to_a_person
from schemas.documents import Kind, State
from schemas.errors import TamizError

if TYPE_CHECKING:
    from workers.container import Container

PAGE = 500
REDRIVABLE = (State.DEAD, State.FAILED, State.REJECTED)
GONE = frozenset({State.DELETED, State.ERASED})


@click.command()
@click.argument("ids", nargs=-1, metavar="[ID...]")
@data_option
@click.option("--all", "everything", is_flag=True, help="Every document.")
@kind_option
def reprocess(ids: tuple[str, ...], data: Path | None, everything: bool, kind: str | None) -> None:
    """Understand documents again: those named, all of a kind, or all. Kept engine outputs are replayed; nothing is recognised twice."""
    _one_way_of_naming(ids, everything, kind)
    box = existing(data)
    wanted = ids or _all_ids(box, (None,), Kind(kind) if kind else None)
    _each(wanted, box.reprocess, "reprocess")


@click.command()
@click.argument("ids", nargs=-1, metavar="[ID...]")
@data_option
@click.option("--all", "everything", is_flag=True, help="Every dead, failed and rejected document.")
def redrive(ids: tuple[str, ...], data: Path | None, everything: bool) -> None:
    """Try dead, failed or rejected documents again, their counters at zero."""
    _one_way_of_naming(ids, everything)
    box = existing(data)
    _each(ids or _all_ids(box, REDRIVABLE, None), box.redrive, "redrive")


@click.command()
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@data_option
def delete(ids: tuple[str, ...], data: Path | None) -> None:
    """Remove documents from the bucket; their rows go with the next load. Result files are collected later;
    the files of a message's attachments stay in the lake until `tamiz erase`."""
    _each(ids, existing(data).delete, "delete")


@click.command()
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@data_option
@click.option("--yes", is_flag=True, help="Do not ask.")
def erase(ids: tuple[str, ...], data: Path | None, yes: bool) -> None:
    """Remove documents and every trace of them: object, results, kept engine outputs, what the ledger says. It cannot be undone."""
    box = existing(data)
    if not yes and sys.stdin.isatty():
        click.confirm(f"Erase {len(ids)} documents for good?", abort=True, err=True)
    actor = getpass.getuser()
    _each(ids, lambda document: box.erase(document, actor), "erase")


@click.command()
@data_option
def reload(data: Path | None) -> None:
    """Load every document into the warehouse again, from the results that are there: after the warehouse was thrown away."""
    _tell({"reload": existing(data).ledger.reload_all()})


@click.command()
@data_option
@click.option("--confirm", "decision", flag_value="confirm", help="They are gone: remove their rows.")
@click.option("--dismiss", "decision", flag_value="dismiss", help="They are not: keep the rows. Asked again while the objects stay missing.")
def deletions(data: Path | None, decision: str | None) -> None:
    """Show deletions that wait for a person: over a fifth of a bucket vanished at once, which may be a wrong mount."""
    box = existing(data)
    if decision == "confirm":
        _tell({"deleted": box.confirm_deletions()})
    elif decision == "dismiss":
        dismissed = len(box.ledger.held_deletions(box.bucket.source))
        box.ledger.hold_deletions(box.bucket.source, ())
        _tell({"dismissed": dismissed})
    else:
        for key in box.ledger.held_deletions(box.bucket.source):
            click.echo(key) if to_a_person() else print_json({"key": key})


def _one_way_of_naming(*ways: object) -> None:
    if sum(map(bool, ways)) != 1:
        raise click.UsageError("name documents by their ids, or choose them with one option")


def _all_ids(box: Container, states: Sequence[State | None], kind: Kind | None) -> Iterator[str]:
    """Ids of all documents that are still there, a page at a time."""
    for state in states:
        after = None
        while page := box.ledger.documents(state=state, kind=kind, after=after, limit=PAGE):
            yield from (found.document_id for found in page if found.state not in GONE)
            after = page[-1].document_id


def _each(ids: Sequence[str] | Iterator[str], act: Callable[[str], object], verb: str) -> None:
    """Do it for each; say what failed, go on, and end with status 1 if something did."""
    done = failed = 0
    for document in ids:
        try:
            act(document)
            done += 1
        except TamizError as error:
            failed += 1
            click.echo(f"tamiz: {document}: {error.message} ({error.code})", err=True)
    _tell({verb: done, "failed": failed})
    if failed:
        sys.exit(1)


def _tell(numbers: dict[str, int]) -> None:
    if to_a_person():
        click.echo(", ".join(f"{name}: {number}" for name, number in numbers.items()))
    else:
        print_json(numbers)
