"""Every command, option, route and request field stands in docs/operations.md, and nothing stands there that is not."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
from starlette.routing import WebSocketRoute

from handlers.cli.main import COMMANDS, tamiz
from handlers.http import live
from handlers.http.app import create_app
from handlers.http.receive import FIELDS
from handlers.http.security import Role
from schemas.settings import Settings
from workers.container import Container

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "operations.md").read_text("utf-8")
SECTION = TEXT.split("## Command line")[1].split("\n## ")[0]
ROWS = [line for line in SECTION.splitlines() if line.startswith("| `")]
OF_EVERY_COMMAND = {"--data", "--help"}


def commands() -> dict[str, click.Command]:
    context = click.Context(tamiz)
    return {name: command for name in COMMANDS if (command := tamiz.get_command(context, name)) is not None}


def documented(name: str) -> str:
    rows = [row for row in ROWS if re.search(rf"[`, ]{name}[` ]", row.split("|")[1])]
    assert len(rows) == 1, f"`tamiz {name}` has no line of its own, or several, in docs/operations.md"
    return rows[0]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_is_documented(name: str) -> None:
    command = commands()[name]
    row = documented(name)
    every = [command, *(command.commands.values() if isinstance(command, click.Group) else ())]
    options = {option for one in every for found in one.params if isinstance(found, click.Option) and not found.hidden for option in found.opts}
    missing = {option for option in options - OF_EVERY_COMMAND if f"`{option}" not in row}
    assert missing == set()


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_can_be_asked_for_help_and_takes_data(name: str) -> None:
    command = commands()[name]
    assert (command.help or "").strip()
    if name not in ("schema", "keys"):
        assert any("--data" in found.opts for one in _with_inner(command) for found in one.params)


def test_no_documented_option_is_invented() -> None:
    known = {option for command in commands().values() for one in _with_inner(command) for found in one.params for option in found.opts}
    assert set(re.findall(r"`(--[a-z-]+)", SECTION)) <= known | OF_EVERY_COMMAND


def test_every_route_is_documented_and_no_other(tmp_path: Path) -> None:
    app = create_app(Container(Settings(data=tmp_path)))
    routes = {f"{method.upper()} {path}" for path, methods in app.openapi()["paths"].items() for method in methods}
    routes |= {f"WS {route.path}" for route in live.router.routes if isinstance(route, WebSocketRoute)}
    assert set(re.findall(r"^\| `([A-Z]+ /[^`]*)`", TEXT, re.MULTILINE)) == routes


def test_every_field_role_and_setting_of_a_face_is_documented() -> None:
    for name in FIELDS:
        assert f"`{name}`" in TEXT
    for role in Role:
        assert f"`{role.value}`" in TEXT
    for setting in re.findall(r"TAMIZ_[A-Z_]+", TEXT.split("## Command line")[1]):
        name = setting.removeprefix("TAMIZ_").split("__")[0].lower()
        assert name in Settings.model_fields or setting == "TAMIZ_API_KEY"


def _with_inner(command: click.Command) -> list[click.Command]:
    return [command, *(command.commands.values() if isinstance(command, click.Group) else ())]
