"""The image installs what the hashed files name and nothing else, does not run as root, and is given no secret to keep."""

from __future__ import annotations

import re
import shlex
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCKERFILE = re.sub(r"\\\n\s*", "", re.sub(r"^#.*\n", "", (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE))
INSTRUCTIONS = [line.split(maxsplit=1) for line in DOCKERFILE.splitlines() if line.strip()]
LOCKED = re.compile(r"^(?P<name>[A-Za-z0-9_.-]+)==(?P<version>[^\s;]+)(?: ; (?P<marker>.*?))?(?= \\$)", re.MULTILINE)


def of(instruction: str) -> list[str]:
    """The arguments of every `instruction` of the Dockerfile, in order."""
    return [rest for name, rest in INSTRUCTIONS if name == instruction]


def pins(file: str) -> set[tuple[str, str, str]]:
    """Name, version and marker of everything a lock file names."""
    return {(match["name"], match["version"], match["marker"] or "") for match in LOCKED.finditer((ROOT / file).read_text())}


def pip_installs() -> list[list[str]]:
    """The words of every pip call of the image."""
    calls = [part for run in of("RUN") for part in re.split(r"&&|;", run) if re.search(r"\bpip3?\b", part)]
    return [shlex.split(call) for call in calls]


def test_pip_installs_only_from_the_hashed_file_and_the_checkout() -> None:
    calls = [words[2:] for words in pip_installs() if words[:2] == ["pip", "install"]]
    assert len(calls) == len(pip_installs()) == 2
    locked, project = calls
    assert {"--require-hashes", "--only-binary=:all:"} <= set(locked)
    assert [word for word in locked if not word.startswith("-")] == ["requirements-image.txt"]
    assert {"--no-index", "--no-deps", "--no-build-isolation"} <= set(project)
    assert [word for word in project if not word.startswith("-")] == ["."]


def test_nothing_is_fetched_past_pip_and_apt() -> None:
    assert of("ADD") == []
    assert re.findall(r"\b(curl|wget|git|npm|conda|easy_install|uv)\b|https?://", DOCKERFILE) == []


def test_the_base_image_is_slim_and_pinned() -> None:
    assert [image for image in of("FROM") if not re.fullmatch(r"python:3\.\d+\.\d+-slim-\w+ AS base|base( AS build)?", image)] == []


def test_it_ends_as_a_user_who_is_not_root() -> None:
    names = [name for name, _ in INSTRUCTIONS]
    assert of("USER") == ["10001:10001"]
    assert "RUN" not in names[names.index("USER") :]
    assert f"--uid {of('USER')[0].split(':', 1)[0]}" in DOCKERFILE


def test_programs_are_installed_only_when_asked_for() -> None:
    assert {"TESSERACT=0", "ESPEAK=0"} <= set(of("ARG"))
    assert len(re.findall(r"apt-get install", DOCKERFILE)) == 1
    assert 'if [ -n "$packages" ]' in DOCKERFILE


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt", "requirements-engines.txt", "requirements-image.txt"])
def test_lock_files_have_a_hash_for_everything_and_no_address(file: str) -> None:
    text = (ROOT / file).read_text()
    entries = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)[1:]
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry or "==" not in entry.split()[0]] == []
    assert re.findall(r"://|^-\S*|\s/\w+/", text, re.MULTILINE) == []  # no index, no path of the machine that resolved it


def test_torch_is_the_one_thing_without_a_hash_and_the_version_is_that_of_its_extra() -> None:
    extra = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]["transformers"]
    assert re.findall(r"^TORCH := (.+)$", (ROOT / "Makefile").read_text(), re.MULTILINE) == [
        requirement for requirement in extra if requirement.startswith("torch")
    ]
    assert "torch" not in {name for name, _, _ in pins("requirements-engines.txt")}


def test_the_tests_of_the_engines_run_with_the_versions_of_everything_else() -> None:
    others = {name: version for name, version, marker in pins("requirements-dev.txt") if not marker}
    engines = {name: version for name, version, marker in pins("requirements-engines.txt") if not marker}
    assert {name for name in others.keys() & engines.keys() if others[name] != engines[name]} == set()


def test_the_image_runs_the_versions_the_checkout_runs() -> None:
    assert pins("requirements.txt") - pins("requirements-image.txt") == set()


def test_the_image_has_the_extras_its_compose_file_needs() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    wanted = {re.split(r"[\[<>=]", requirement)[0] for extra in ("postgres", "aws") for requirement in extras[extra]}
    assert wanted <= {name for name, _, _ in pins("requirements-image.txt")}


def test_the_builder_sees_what_is_copied_and_nothing_else() -> None:
    rules = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and not line.startswith("#")]
    copied = {word for rest in of("COPY") if not rest.startswith("--from") for word in rest.split()[:-1]}
    assert rules[0] == "*"
    assert {rule[1:] for rule in rules if rule.startswith("!")} == copied
    assert [source for source in copied if not (ROOT / source).exists()] == []
    packages = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    assert set(packages) <= copied


def test_the_licence_is_the_one_the_project_names() -> None:
    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["license"] == "Apache-2.0"
    words = " ".join((ROOT / "LICENSE").read_text().split())
    assert words.startswith("Apache License Version 2.0, January 2004")
    assert "END OF TERMS AND CONDITIONS" in words
