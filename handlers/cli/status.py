"""`tamiz status`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from adapters.processes import runs
from handlers.cli.common import data_option, existing, print_json, to_a_person
from schemas.documents import State
from schemas.errors import TamizError

if TYPE_CHECKING:
    from schemas.ledger import DocumentStatus
    from workers.container import Container

TROUBLED = (State.DEAD, State.REJECTED, State.FAILED)


@click.command()
@click.argument("document_id", required=False)
@data_option
@click.option("--json", "as_json", is_flag=True, help="JSON, as for a program.")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000), help="Documents in trouble to show, per state.")
def status(document_id: str | None, data: Path | None, as_json: bool, limit: int) -> None:
    """Show what the ledger knows: states, backlog, processes and what went wrong; or one document and its history."""
    box = existing(data)
    person = to_a_person() and not as_json
    if document_id is None:
        facts = overview(box, limit)
        click.echo(_overview_text(facts)) if person else print_json(facts)
    else:
        one = one_document(box, document_id)
        click.echo(_document_text(one)) if person else print_json(one)


def overview(box: Container, limit: int) -> dict[str, Any]:
    """Everything at a glance, as JSON values."""
    counts = box.ledger.counts().model_dump(mode="json")
    troubled = [one for state in TROUBLED for one in box.ledger.documents(state=state, limit=limit)]
    return {
        "documents": counts.pop("by_state"),
        **counts,
        "warehouse": _warehouse(box),
        "processes": processes(box.settings.data / "run"),
        "troubled": [one.model_dump(mode="json", include=_SHOWN) for one in troubled],
    }


_SHOWN = {"document_id", "key", "state", "kind", "media_type", "error_code", "error_message", "next_attempt_at", "attempt"}


def one_document(box: Container, document_id: str) -> dict[str, Any]:
    """A document and its history, as JSON values. Raises `NotFound`."""
    found = box.ledger.document(document_id)
    history = [line.model_dump(mode="json", exclude={"document_id"}) for line in box.ledger.history(document_id)]
    return {**found.model_dump(mode="json"), "url": _url(box, found), "history": history}


def processes(run_dir: Path) -> list[dict[str, Any]]:
    """What the processes of `tamiz up` said of themselves, and whether each still runs."""
    from workers.supervise import run_facts

    found = []
    for path in sorted(run_dir.glob("*.json")):
        facts = run_facts(run_dir, path.stem)
        if isinstance(pid := facts.get("pid"), int):
            found.append({"name": path.stem, **facts, "runs": runs(pid)})
    return found


def _warehouse(box: Container) -> str | None:
    try:
        return box.warehouse.health()
    except TamizError as error:
        return error.message


def _url(box: Container, found: DocumentStatus) -> str | None:
    return None if found.state is State.ERASED else box.store(found.source).url(found.key)


def _overview_text(facts: dict[str, Any]) -> str:
    states = ", ".join(f"{number:,} {state}" for state, number in sorted(facts["documents"].items())) or "none yet"
    oldest = f", the oldest for {facts['oldest_waiting_s']:.0f} s" if facts["oldest_waiting_s"] else ""
    lines = [f"documents   {states}", f"waiting     {facts['waiting']:,} tasks{oldest}", f"to load     {facts['pending_load']:,} documents"]
    lines += [f"warehouse   {facts['warehouse']}"] if facts["warehouse"] else []
    running = [f"{one['name']} ({one['pid']})" for one in facts["processes"] if one["runs"]]
    lines.append(f"processes   {', '.join(running) or 'none; `tamiz up` starts them'}")
    if facts["held_deletions"]:
        lines.append(f"deletions   {facts['held_deletions']:,} wait for you: `tamiz deletions`")
    if facts["troubled"]:
        lines += ["", "in trouble"]
    lines += [f"  {one['document_id']}  {one['state']:<8}  {printable(one['key'])}\n      {_reason(one)}" for one in facts["troubled"]]
    return "\n".join(lines)


def _reason(one: dict[str, Any]) -> str:
    again = f"; next try {one['next_attempt_at']}" if one["next_attempt_at"] else ""
    return f"{printable(one['error_message'] or 'no reason was recorded')} ({one['error_code']}){again}"


def _document_text(one: dict[str, Any]) -> str:
    names = ("document_id", "url", "state", "kind", "media_type", "size_bytes", "language", "received_at", "extracted_at", "loaded_at", "cost_usd")
    lines = [f"{name:<13} {printable(str(one[name]))}" for name in names if one[name] is not None]
    if one["error_code"]:
        lines.append(f"{'reason':<13} {_reason(one)}")
    if one["parts_total"]:
        lines.append(f"{'parts':<13} {one['parts_done']} of {one['parts_total']}")
    lines += ["", "history"]
    for line in one["history"]:
        part = f", part {line['part']}" if line["part"] else ""
        why = f": {printable(line['reason'])}" if line["reason"] else ""
        lines.append(f"  {line['at']}  run {line['run']}{part}  {line['from_state'] or 'new'} -> {line['to_state']}{why}")
    return "\n".join(lines)


def printable(text: str) -> str:
    """Text of strangers for a terminal: control characters, which could rewrite the screen, are shown as dots."""
    return "".join(letter if letter.isprintable() else "\N{MIDDLE DOT}" for letter in text)
