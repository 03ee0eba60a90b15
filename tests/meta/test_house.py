"""The house's rules, checked: imports, sizes, names, settings."""

from __future__ import annotations

import ast
import importlib.metadata
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from schemas.errors import RejectedInput, TamizError, TerminalError, TransientError
from schemas.settings import Limits, Settings

ROOT = Path(__file__).parents[2]
PACKAGES = ("schemas", "adapters", "workers", "handlers")
MODULE_LINES, FUNCTION_LINES = 500, 80
DOORS = {"container", "dispatch", "oneshot", "supervise", "evaluate", "train"}
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "manager", "misc"}


def modules() -> Iterator[Path]:
    for package in PACKAGES:
        yield from (ROOT / package).rglob("*.py")


def test_import_contracts_hold() -> None:
    found = subprocess.run([Path(sys.executable).with_name("lint-imports")], cwd=ROOT, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout


def test_every_module_of_workers_but_its_doors_is_closed_to_handlers() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    closed = next(contract["forbidden_modules"] for contract in contracts if contract["name"].startswith("handlers use"))
    inside = {path.stem for path in (ROOT / "workers").iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert {f"workers.{name}" for name in inside - DOORS - {"__init__"}} == set(closed)


def test_modules_and_functions_stay_small() -> None:
    large = []
    for path in modules():
        source = path.read_text()
        if source.count("\n") > MODULE_LINES:
            large.append(f"{path}: {source.count(chr(10))} lines")
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and (node.end_lineno or 0) - node.lineno > FUNCTION_LINES:
                large.append(f"{path}:{node.lineno} {node.name}")
    assert large == []


def test_no_module_is_named_after_nothing() -> None:
    assert [path for path in modules() if path.stem in FORBIDDEN_NAMES] == []


def test_the_four_names_belong_to_tamiz_alone() -> None:
    owners = importlib.metadata.packages_distributions()
    assert {name: set(owners.get(name, ())) - {"tamiz"} for name in PACKAGES} == {name: set() for name in PACKAGES}


def all_errors(base: type[TamizError]) -> Iterator[type[TamizError]]:
    for cls in base.__subclasses__():
        yield cls
        yield from all_errors(cls)


def test_every_error_has_a_code_of_its_own_and_no_catch_all_exists() -> None:
    families = {TransientError, TerminalError, RejectedInput}
    concrete = [cls for cls in all_errors(TamizError) if cls not in families]
    codes = [cls.code for cls in concrete]
    assert len(set(codes)) == len(codes)
    assert not {"unknown", "internal", "error"} & set(codes)


@pytest.mark.parametrize("name", [*Settings.model_fields, *(f"limits.{name}" for name in Limits.model_fields)])
def test_every_setting_says_what_it_is(name: str) -> None:
    field = Limits.model_fields[name.removeprefix("limits.")] if name.startswith("limits.") else Settings.model_fields[name]
    assert field.description or name == "limits"


def test_lock_files_hold_hashes_and_no_addresses() -> None:
    for path in ROOT.glob("requirements*.txt"):
        text = path.read_text()
        assert "://" not in text
        assert text.count("--hash=sha256:") > 50


def test_the_command_line_starts_without_an_engine() -> None:
    heavy = "{'pydantic', 'sqlalchemy', 'celery', 'duckdb', 'fastapi', 'numpy'}"
    code = f"import sys, handlers.cli.main; print([name for name in sys.modules if name.split('.')[0] in {heavy}])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert found.stdout.strip() == "[]"
