"""`tamiz up` and the processes it is made of."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from handlers.cli.common import container, data_option, log_to_stderr
from schemas.errors import TamizError
from schemas.keys import KIND_FOLDERS, POSTS

if TYPE_CHECKING:
    from workers.container import Container
    from workers.supervise import Supervisor

log = logging.getLogger("tamiz.up")

HEAVY = ("ocr", "audio", "bulk", "text")
LIGHT = ("text",)
"""Queues of the slot kept free for small documents, so that one review overtakes a million."""


def _prepare() -> threading.Event:
    """Every process: logs to standard error, an end with its supervisor, and an event that SIGTERM (and Ctrl-C, when it runs alone) sets."""
    from workers.supervise import die_with_supervisor

    log_to_stderr(logging.WARNING if os.environ.get("TAMIZ_SUPERVISED") else logging.INFO)
    die_with_supervisor()
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    signal.signal(signal.SIGINT, signal.SIG_IGN if os.environ.get("TAMIZ_SUPERVISED") else lambda *_: stop.set())
    return stop


def _ready(box: Container, name: str) -> Callable[[], None]:
    def ready() -> None:
        from workers.supervise import say_ready

        say_ready(box.run_dir)
        log.info("%s works", name)

    return ready


@click.command()
@data_option
@click.option("--host", help="Address to bind; anything but loopback needs an API key.")
@click.option("--port", type=int, help="Port; 0 takes a free one.")
def api(data: Path | None, host: str | None, port: int | None) -> None:
    """Run the HTTP API only."""
    _prepare()
    from handlers.http.server import serve

    serve(container(data, host=host, port=port))


@click.command()
@data_option
@click.option("--queues", default=",".join(HEAVY), show_default=True, help="Queues to serve.")
@click.option("--slots", type=int, help="Attempts at a time; default: TAMIZ_SLOTS, else the cores.")
def worker(data: Path | None, queues: str, slots: int | None) -> None:
    """Run one worker process for some queues."""
    _prepare()
    from schemas.documents import CostClass
    from workers.supervise import roles

    try:
        wanted = tuple(CostClass(name.strip()) for name in queues.split(","))
    except ValueError as error:
        raise click.UsageError(f"queues are {', '.join(queue.value for queue in CostClass)}") from error
    box = container(data)
    roles().work(box, wanted, slots or box.slots, _ready(box, "worker"))


@click.command()
@data_option
def loader(data: Path | None) -> None:
    """Run the loader only."""
    stop = _prepare()
    from workers.supervise import roles

    box = container(data)
    roles().load(box, stop, _ready(box, "loader"))


@click.command()
@data_option
def watch(data: Path | None) -> None:
    """Watch the bucket's folder only."""
    stop = _prepare()
    box = container(data)
    _watching(box, stop)
    _ready(box, "watch")()
    stop.wait()


@click.command()
@data_option
def keeper(data: Path | None) -> None:
    """Run watch (when the bucket is a folder), reconciliation and sweeper."""
    stop = _prepare()
    from workers.supervise import roles

    box = container(data)
    _watching(box, stop)
    threads = [threading.Thread(target=target, args=(box, stop), name=target.__name__, daemon=True) for target in (roles().sweep, roles().reconcile)]
    for thread in threads:
        thread.start()
    _ready(box, "keeper")()
    while not stop.wait(0.5):
        if not all(thread.is_alive() for thread in threads):
            log.error("a thread of the keeper ended: ending, to be started again")
            sys.exit(1)
    for thread in threads:
        thread.join(1)


def _watching(box: Container, stop: threading.Event) -> None:
    folder = box.bucket_folder
    if folder is not None:
        from handlers.watch import start_watch

        start_watch(folder, box.intake, stop)


@click.command()
@data_option
@click.option("--port", type=int, help="Port of the API (default 8321); 0 takes a free one.")
@click.option("--host", help="Address of the API; anything but loopback needs an API key.")
@click.option("--samples", is_flag=True, help="On a first start, drop samples/ into the bucket and show what can be asked.")
def up(data: Path | None, port: int | None, host: str | None, samples: bool) -> None:
    """Run everything here, embedded: API, folder watch, workers, sweeper, loader. Ctrl-C stops it all."""
    from workers.supervise import Owner

    log_to_stderr()
    started = time.monotonic()
    box = container(data, port=port, host=host)
    owner = Owner(box.run_dir)
    _check_port(box)
    supervisor = _supervisor(box)
    _stop_on_signals(supervisor.stop, supervisor.kill)
    box.ledger.free_all()
    make_kind_folders(box)
    supervisor.start()
    threading.Thread(target=_tell, args=(box, supervisor.ready, supervisor.stop, started, samples), name="tell", daemon=True).start()
    try:
        supervisor.watch()
    finally:
        click.echo("stopping ...", err=True)
        supervisor.end()
        with contextlib.suppress(TamizError):
            box.ledger.free_all()
        owner.give_up()


def _supervisor(box: Container) -> Supervisor:
    from workers.supervise import Role, Supervisor, renew

    renew(box)
    settings = box.settings
    environment = {
        "TAMIZ_DATA": str(settings.data),
        "TAMIZ_PORT": str(settings.port),
        "TAMIZ_HOST": settings.host,
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }
    every = [
        Role("api", ("api",)),
        Role("keeper", ("keeper",)),
        Role("loader", ("loader",)),
        Role("worker", ("worker", "--queues", ",".join(HEAVY), "--slots", str(box.slots))),
        Role("worker-small", ("worker", "--queues", ",".join(LIGHT), "--slots", "1")),
    ]
    return Supervisor(every, box.run_dir, box.spools, settings.grace_s, environment)


def make_kind_folders(box: Container) -> None:
    """Folders whose names say what is in them, so that a first `cp` finds its place; in a bucket of our own only."""
    if not box.settings.bucket and box.bucket_folder is not None:
        for name in sorted(KIND_FOLDERS - {POSTS.rstrip("/")}):
            (box.bucket_folder / name).mkdir(parents=True, exist_ok=True)


def _check_port(box: Container) -> None:
    from handlers.http.security import check_bind

    check_bind(box.settings, box.ledger)
    if box.settings.port:
        with socket.socket(socket.AF_INET6 if ":" in box.settings.host else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((box.settings.host, box.settings.port))
            except OSError as error:
                from schemas.errors import SettingsInvalid

                raise SettingsInvalid(f"port {box.settings.port} is taken by another program; choose one with --port") from error


def _stop_on_signals(stop: threading.Event, kill: Callable[[], None]) -> None:
    def handle(*_: object) -> None:
        if stop.is_set():
            kill()
        stop.set()

    signal.signal(signal.SIGINT, handle)
    signal.signal(signal.SIGTERM, handle)


def _tell(box: Container, ready: Callable[[], bool], stop: threading.Event, started: float, samples: bool) -> None:
    while not ready():
        if stop.wait(0.02):
            return
    from workers.supervise import run_facts

    url = run_facts(box.run_dir, "api").get("url", "")
    click.echo(f"Tamiz is ready after {time.monotonic() - started:.1f} s: {url}", err=True)
    click.echo(f"Drop files into {box.bucket_folder or box.bucket_url}; ask with `tamiz sql`. Ctrl-C stops everything.", err=True)
    if samples:
        from handlers.cli.showcase import show_samples

        show_samples(box, stop)
