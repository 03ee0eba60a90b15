"""What `tamiz doctor` looks at. Every check says in one sentence what is, or what is wrong and what to do."""

from __future__ import annotations

import importlib
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import packages_distributions, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from schemas.errors import TamizError

if TYPE_CHECKING:
    from workers.container import Container

PACKAGES = ("schemas", "adapters", "workers", "handlers")
ENGINES = ("ocr", "vision", "stt", "diarisation", "nlp", "translate", "tts")
PROGRAMS = {"tesseract": ("ocr", "apt install tesseract-ocr"), "espeak-ng": ("tts", "apt install espeak-ng")}
"""Programs that some engine may use: its family, and how to get it."""


@dataclass(frozen=True, slots=True)
class Check:
    """One finding. `wrong` ones end `tamiz doctor` with status 1."""

    name: str
    said: str
    wrong: bool = False


def all_checks(box: Container) -> Iterator[Check]:
    """Everything, cheap things first."""
    yield from versions()
    yield from names_owned()
    yield from engines(box)
    yield from programs(box)
    yield disk(box)
    yield broker(box)
    yield ledger(box)
    yield warehouse(box)
    yield bucket(box)
    yield bind(box)
    yield confinement(box)


def versions() -> Iterator[Check]:
    """Of what runs here."""
    said = ", ".join(f"{name} {version(name)}" for name in ("tamiz", "celery", "duckdb", "sqlalchemy", "onnxruntime", "fastapi"))
    yield Check("versions", f"Python {sys.version.split()[0]}, {said}")


def names_owned(owners: Mapping[str, Sequence[str]] | None = None) -> Iterator[Check]:
    """Whether another distribution owns one of our four package names: it would be imported instead of us, or we instead of it. `owners` are the
    distributions by package name; None: those installed here."""
    owners = packages_distributions() if owners is None else owners
    for name in PACKAGES:
        others = sorted(set(owners.get(name, ())) - {"tamiz"})
        where = Path(importlib.import_module(name).__file__ or "").parent
        ours = where == Path(__file__).resolve().parents[2] / name
        if others or not ours:
            who = ", ".join(others) or str(where)
            yield Check("packages", f"the package {name} belongs to {who} too; install Tamiz into an environment of its own", wrong=True)


def engines(box: Container) -> Iterator[Check]:
    """Whether each engine in force could work now: its package, its model, its program. Nothing is loaded."""
    from handlers.cli.about import in_force

    for family in ENGINES:
        for name in in_force(box.settings, family):
            try:
                yield Check(f"engine {family}", _readiness(box.engines.adapter(family, name)))
            except TamizError as error:
                yield Check(f"engine {family}", f"{name}: {error.message}", wrong=True)


def _readiness(engine: Any) -> str:
    """Which engine runs, and why where it says so. Raises what keeps it from working, as it says itself."""
    network = ", needs network" if engine.capabilities.needs_network else ""
    ready, why = getattr(engine, "ready", None), ""
    if ready is not None:
        if not (found := ready()).ok:
            from schemas.errors import ModelMissing

            raise ModelMissing(found.reason)
        why = f" ({found.reason})" if found.reason else ""
    return f"{engine.name} {getattr(engine, 'model', '') or engine.version}{network}{why}"


def programs(box: Container) -> Iterator[Check]:
    """Programs of the system. One is missed only where an engine in force needs it."""
    from handlers.cli.about import in_force

    for program, (family, remedy) in PROGRAMS.items():
        found = shutil.which(program)
        needed = program in in_force(box.settings, family)
        yield Check(f"program {program}", found or f"not found; `{remedy}` installs it", wrong=needed and found is None)


def disk(box: Container) -> Check:
    """Room in the data directory."""
    folder = box.settings.data
    while not folder.exists():
        folder = folder.parent
    free, floor = shutil.disk_usage(folder).free, box.settings.free_disk_bytes
    said = f"{free / 1024**3:.1f} GiB free in {folder}"
    return Check("disk", said if free >= floor else f"{said}; below {floor} bytes nothing is taken in", wrong=free < floor)


def broker(box: Container) -> Check:
    """Whether tasks can be handed out."""
    fault = box.broker_fault()
    return Check("broker", fault or ("answers" if box.settings.broker_url else "embedded"), wrong=fault is not None)


def ledger(box: Container) -> Check:
    """Whether the record answers. One that was never made is made by `tamiz up`, not by us."""
    if not box.settings.ledger_url and not (box.settings.data / "ledger.db").is_file():
        return Check("ledger", f"none yet in {box.settings.data}; `tamiz up` makes it")
    return _asked("ledger", lambda: f"{sum(box.ledger.counts().by_state.values())} documents")


def warehouse(box: Container) -> Check:
    """Whether people can ask."""
    if not box.settings.warehouse_url and not (box.settings.data / "warehouse" / "warehouse.duckdb").is_file():
        return Check("warehouse", f"none yet in {box.settings.data}; `tamiz up` makes it")
    fault: list[str] = []

    def look() -> str:
        fault.extend(filter(None, [box.warehouse.health()]))
        return "can be opened"

    found = _asked("warehouse", look)
    return Check("warehouse", fault[0], wrong=True) if fault else found


def bucket(box: Container) -> Check:
    """Whether documents can be dropped."""
    folder = box.bucket_folder
    if folder is not None and not folder.is_dir():
        return Check("bucket", f"none yet at {folder}; `tamiz up` makes it")
    return _asked("bucket", lambda: f"{box.bucket_url}{'' if box.bucket.marked() else ' (without its marker object: deletions are not believed)'}")


def bind(box: Container) -> Check:
    """Whether the API may listen where it is told to."""
    from handlers.http.security import check_bind, is_loopback, sql_is_on

    address = f"{box.settings.host}:{box.settings.port}, SQL over HTTP {'on' if sql_is_on(box.settings) else 'off'}"
    if is_loopback(box.settings.host):
        return Check("api", address)

    def look() -> str:
        check_bind(box.settings, box.ledger)
        return address

    return _asked("api", look)


def confinement(box: Container) -> Check:
    """What holds back code that reads foreign bytes."""
    try:
        granted = box.confinement()
    except TamizError as error:
        return Check("confinement", error.message, wrong=True)
    applied = granted.applied
    said = f"files: {applied.filesystem}, network: {applied.network}, programs: {applied.programs}"
    if granted.isolated:
        return Check("confinement", said)
    refused = f" (refused: {'; '.join(applied.refused)})" if applied.refused else ""
    return Check("confinement", f"{said}{refused}; SQL stays off until the system grants Landlock with seccomp or network namespaces", wrong=True)


def _asked(name: str, ask: Callable[[], str]) -> Check:
    try:
        return Check(name, ask())
    except TamizError as error:
        return Check(name, error.message, wrong=True)
