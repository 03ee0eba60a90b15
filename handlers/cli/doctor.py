"""`tamiz doctor`: the settings in force, and what is wrong."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from handlers.cli.common import container, data_option, print_json, to_a_person

if TYPE_CHECKING:
    from schemas.settings import Settings

MASK = "***"
_SECRET = re.compile(r"key|secret|token|password|credential", re.IGNORECASE)
_PASSWORD = re.compile(r"(?<=://)([^:/@]*):[^@]*(?=@)")


@click.command()
@data_option
@click.option("--json", "as_json", is_flag=True, help="JSON, as for a program.")
def doctor(data: Path | None, as_json: bool) -> None:
    """Print the settings in force and where they come from, then what is ready and what is wrong. Exit status 1 when something is."""
    from handlers.cli.checks import all_checks

    box = container(data)
    origins = box.setting_origins({"data"} if data else ())
    settings = {name: {"value": value, "origin": origins[name]} for name, value in shown(box.settings).items()}
    checks = list(all_checks(box))
    unknown = box.unknown_variables()
    if as_json or not to_a_person():
        found = [{"check": one.name, "wrong": one.wrong, "said": one.said} for one in checks]
        print_json({"settings": settings, "unknown_variables": unknown, "checks": found})
    else:
        for name, fact in settings.items():
            click.echo(f"{name:<20} {fact['value']}{'' if fact['origin'] == 'default' else '   <- ' + fact['origin']}")
        click.echo()
        for check in checks:
            click.echo(f"{'WRONG' if check.wrong else 'ok   '} {check.name:<18} {check.said}")
    for variable in unknown:
        click.echo(f"tamiz: {variable} is no setting; `tamiz doctor` lists those there are", err=True)
    if any(check.wrong for check in checks):
        sys.exit(1)


def shown(settings: Settings) -> dict[str, Any]:
    """Every setting as a JSON value, secrets masked."""
    return {name: masked(value, name) for name, value in settings.model_dump(mode="json").items()}


def masked(value: Any, name: str = "") -> Any:
    """The value without what opens doors: passwords in addresses, and everything below a name that says it is secret."""
    if isinstance(value, dict):
        return {key: masked(inner, key) for key, inner in value.items()}
    if name == "api_keys":
        return [entry.partition(":")[0] + ":" + MASK for entry in value]
    if isinstance(value, list):
        return [masked(inner, name) for inner in value]
    if isinstance(value, str):
        return MASK if value and _SECRET.search(name) else _PASSWORD.sub(rf"\1:{MASK}", value)
    return value
