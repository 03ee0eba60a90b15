"""What commands share: `--data`, logs on standard error, JSON for programs."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from workers.container import Container

F = TypeVar("F", bound=Callable[..., Any])


def data_option(command: F) -> F:
    """`--data DIR`: the embedded data directory, for every command."""
    return click.option(
        "--data", type=click.Path(file_okay=False, path_type=Path), help="Data directory of the embedded run (TAMIZ_DATA, default ./var)."
    )(command)


def container(data: Path | None, **overrides: Any) -> Container:
    """The wired deployment of this command. Raises `SettingsInvalid`."""
    from workers.container import Container, read_settings

    return Container(read_settings(data=data, **overrides))


def existing(data: Path | None) -> Container:
    """The deployment that is there already. Raises `NotFound` where nothing was ever started, so that a typing mistake makes no new one."""
    from schemas.errors import NotFound

    box = container(data)
    if not box.settings.ledger_url and not (box.settings.data / "ledger.db").is_file():
        raise NotFound(f"there is no Tamiz in {box.settings.data}; start one with `tamiz up`, or name its folder with --data")
    return box


def log_to_stderr(level: int = logging.INFO) -> None:
    """Logs go to standard error; standard output carries data only."""
    logging.basicConfig(stream=sys.stderr, level=level, format="%(asctime)s %(name)s: %(message)s", datefmt="%H:%M:%S")
    logging.getLogger("watchdog").setLevel(logging.WARNING)


def print_json(value: Any) -> None:
    """One line of JSON on standard output, whatever the terminal's encoding; half a surrogate pair stays the escape it is in JSON."""
    click.echo(json.dumps(value, ensure_ascii=False, default=str).encode("utf-8", "backslashreplace"))


def parsed_metadata(text: str | None) -> dict[str, Any]:
    """A `--metadata` option. Raises `click.BadParameter` for anything but a JSON object."""
    from pydantic_core import from_json

    try:
        value = from_json(text or "{}", allow_inf_nan=False)
    except ValueError as error:
        raise click.BadParameter("is not JSON", param_hint="--metadata") from error
    if not isinstance(value, dict):
        raise click.BadParameter("is not a JSON object", param_hint="--metadata")
    return value


def kind_option(command: F) -> F:
    """`--kind KIND`: what the files are, instead of what their place and content say."""
    from schemas.documents import Kind

    return click.option("--kind", type=click.Choice([kind.value for kind in Kind]), help="What the files are; default: place, then content, decide.")(
        command
    )


def to_a_person() -> bool:
    """Whether a terminal reads our output; a program gets JSON."""
    return sys.stdout.isatty()
