"""docker-compose.yml without a container engine: its schema, its settings, its secrets, its commands."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from jsonschema import Draft202012Validator

from schemas.settings import Settings

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docker-compose.yml").read_text()
VARIABLE = re.compile(r"\$\{(?P<name>\w+)(?::(?P<kind>[?-])(?P<word>[^}]*))?\}")
COMMANDS = {"api", "worker", "watch", "keeper", "loader", "up"}
"""Processes of Tamiz that run until they are stopped."""
SECRETS = {"TAMIZ_REDIS_PASSWORD", "TAMIZ_POSTGRES_PASSWORD", "TAMIZ_S3_ACCESS_KEY", "TAMIZ_S3_SECRET_KEY", "TAMIZ_API_KEYS"}
GIVEN = {name: f"made-up-{number}" for number, name in enumerate(sorted(SECRETS))} | {"TAMIZ_API_KEYS": '["admin:' + "0" * 64 + '"]'}


class Refused(Exception):
    """What `docker compose` says when a variable that must be given is missing."""


def interpolated(text: str, given: dict[str, str]) -> str:
    """`text` with its variables replaced as the Compose Specification says. Raises `Refused` with the file's own message."""

    def value(match: re.Match[str]) -> str:
        name, kind, word = match["name"], match["kind"], match["word"]
        if given.get(name):
            return given[name]
        if kind == "?":
            raise Refused(word)
        assert kind == "-", f"{name} has neither a default nor a message: it would silently be empty"
        return str(word)

    return VARIABLE.sub(value, text)


def composed(node: Any, given: dict[str, str]) -> Any:
    """The parsed file with every string interpolated, as Compose does it: after parsing, so that a value cannot change the structure."""
    if isinstance(node, dict):
        return {key: composed(value, given) for key, value in node.items()}
    if isinstance(node, list):
        return [composed(value, given) for value in node]
    return interpolated(node, given) if isinstance(node, str) else node


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    file: dict[str, Any] = composed(yaml.safe_load(TEXT), GIVEN)
    return file


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    schema = json.loads((ROOT / "tests/meta/compose-spec.json").read_text())
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def ours(compose: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The services that run our image."""
    return {name: service for name, service in compose["services"].items() if "build" in service}


def test_the_file_follows_the_compose_specification(compose: dict[str, Any], validator: Draft202012Validator) -> None:
    assert [f"{error.json_path}: {error.message}" for error in validator.iter_errors(compose)] == []


@pytest.mark.parametrize(
    "fault",
    [
        {"services": {"api": {"imagee": "x"}}},
        {"services": {"api": {"image": "x", "depends_on": {"redis": {"condition": "service_well"}}}}},
        {"services": {"api": {"image": "x", "healthcheck": {"tests": ["CMD", "true"]}}}},
        {"service": {}},
    ],
)
def test_the_schema_refuses_what_is_wrong(fault: dict[str, Any], validator: Draft202012Validator) -> None:
    assert list(validator.iter_errors(fault)) != []


def test_every_image_is_pinned_by_version(compose: dict[str, Any]) -> None:
    images = {service["image"] for service in compose["services"].values()}
    assert [image for image in images if not re.search(r":\d+\.\d+", image)] == []
    assert "minio" not in TEXT.lower()


# --- secrets


@pytest.mark.parametrize("missing", sorted(SECRETS))
def test_it_refuses_to_start_without_a_secret_and_says_which(missing: str) -> None:
    with pytest.raises(Refused, match=f"set {missing} in .env"):
        composed(yaml.safe_load(TEXT), GIVEN | {missing: ""})


def test_no_secret_has_a_default_and_no_password_is_written_down() -> None:
    uses = {(match["name"], match["kind"]) for match in VARIABLE.finditer(TEXT)}
    assert {name for name, kind in uses if kind == "?"} == SECRETS
    secretive = re.compile(r"PASSWORD|SECRET|TOKEN|_KEYS?$")
    assert [name for name, kind in uses if secretive.search(name) and kind != "?"] == []
    literal = re.findall(r"^\s*(\w*(?:PASSWORD|SECRET|ACCESS_KEY|AUTH)\w*): *([^$\n]*)$", TEXT, re.MULTILINE)
    assert literal == []


def test_the_example_names_every_secret_and_gives_none() -> None:
    lines = [line for line in (ROOT / ".env.example").read_text().splitlines() if line and not line.startswith("#")]
    assert dict(line.split("=", 1) for line in lines) == dict.fromkeys(SECRETS, "")


def test_git_does_not_take_the_filled_in_file() -> None:
    assert ".env" in (ROOT / ".gitignore").read_text().splitlines()


# --- our services


def test_every_command_is_one_of_tamiz_with_options_it_has(compose: dict[str, Any]) -> None:
    from handlers.cli.main import tamiz

    for service in ours(compose).values():
        name, *arguments = service["command"]
        assert name in COMMANDS
        command = tamiz.get_command(click.Context(tamiz), name)
        assert command is not None
        command.make_context(name, arguments)  # raises on an option that is not there


def test_there_is_a_worker_for_every_cost_class_and_one_of_each_other_process(compose: dict[str, Any]) -> None:
    from schemas.documents import CostClass

    commands = [service["command"] for service in ours(compose).values()]
    assert sorted(command[2] for command in commands if command[:2] == ["worker", "--queues"]) == sorted(CostClass)
    assert sorted(command[0] for command in commands if command[0] != "worker") == ["api", "keeper", "loader"]


def test_every_setting_exists_and_is_accepted(compose: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)  # no tamiz.toml
    for service in ours(compose).values():
        given = {name: str(value) for name, value in service["environment"].items() if name.startswith("TAMIZ_")}
        assert {name.removeprefix("TAMIZ_").lower().partition("__")[0] for name in given} <= set(Settings.model_fields)
        with monkeypatch.context() as patch:
            for name, value in given.items():
                patch.setenv(name, value)
            settings = Settings()
        assert settings.api_keys == ("admin:" + "0" * 64,)
        assert settings.broker_url.startswith("redis://tamiz:")
        assert settings.options["storage"]["s3"]["endpoint"] == "http://store:8333"


def test_every_backend_choice_is_visible(compose: dict[str, Any]) -> None:
    choices = {
        "BROKER_URL",
        "LEDGER_URL",
        "WAREHOUSE_URL",
        "BUCKET",
        "RESULTS",
        "OCR",
        "VISION",
        "STT",
        "NLP",
        "TRANSLATE",
        "TTS",
        "FEED",
        "API_KEYS",
    }
    for service in ours(compose).values():
        assert {f"TAMIZ_{choice}" for choice in choices} <= service["environment"].keys()


def test_results_do_not_lie_inside_the_bucket(compose: dict[str, Any]) -> None:
    environment = compose["services"]["api"]["environment"]
    assert not f"{environment['TAMIZ_RESULTS']}/".startswith(f"{environment['TAMIZ_BUCKET']}/")


def test_every_server_has_a_health_check_and_is_waited_for(compose: dict[str, Any]) -> None:
    servers = {"redis", "postgres", "store"}
    assert {name for name, service in compose["services"].items() if "healthcheck" in service} == {*servers, "api"}
    for service in ours(compose).values():
        assert service["depends_on"] == {name: {"condition": "service_healthy"} for name in servers}


def test_our_containers_can_do_little(compose: dict[str, Any]) -> None:
    for service in ours(compose).values():
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert "privileged" not in service and "user" not in service  # the image's own user, which is not root


def test_only_the_api_is_reachable_and_only_from_this_machine(compose: dict[str, Any]) -> None:
    published = {name: service["ports"] for name, service in compose["services"].items() if "ports" in service}
    assert published == {"api": ["127.0.0.1:8321:8321"]}
    assert compose["networks"]["backend"]["internal"] is True
    assert all("front" not in service["networks"] for name, service in compose["services"].items() if name != "api")


def test_redis_keeps_what_the_broker_needs(compose: dict[str, Any]) -> None:
    lines = {line for line in compose["configs"]["redis_conf"]["content"].splitlines() if line and not line.startswith("#")}
    assert {"appendonly yes", "appendfsync everysec", "maxmemory-policy noeviction", "protected-mode yes", "user default off"} <= lines
    assert compose["services"]["redis"]["command"] == ["redis-server", compose["services"]["redis"]["configs"][0]["target"]]
