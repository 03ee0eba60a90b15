"""What a confinement reports; what it does stands in the integration tests, which need a process to spend."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from pydantic import ValidationError

from adapters.sandbox import kernel, landlock
from adapters.sandbox.confinement import Applied, Confinement, Layers
from adapters.sandbox.paths import python_read_paths
from adapters.sandbox.spec import ChildSpec


@pytest.mark.parametrize(
    ("filesystem", "network", "isolated"),
    [
        ("landlock", "namespace", True),
        ("landlock", "seccomp", True),
        ("landlock", "landlock", False),  # TCP only
        ("landlock", "none", False),
        ("none", "namespace", False),
    ],
)
def test_isolated_needs_files_and_all_of_the_network(filesystem: str, network: str, isolated: bool) -> None:
    assert Applied.from_json({"filesystem": filesystem, "network": network}).isolated is isolated


def test_a_report_crosses_as_json() -> None:
    report = Applied(filesystem="landlock", landlock_abi=7, limits=("AS", "FSIZE"), refused=("namespace: Operation not permitted",))
    as_json = {name: list(value) if isinstance(value, tuple) else value for name, value in dataclasses.asdict(report).items()}
    assert Applied.from_json(as_json) == report


def test_an_unknown_layer_is_refused() -> None:
    with pytest.raises(TypeError):
        Applied.from_json({"filesystem": "landlock", "magic": True})


def test_elsewhere_than_on_linux_nothing_is_claimed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kernel, "SUPPORTED", False)
    report = Layers(Confinement(read_paths=("/usr",))).after_entry()
    assert report == Applied()
    assert landlock.abi() == 0


def test_a_layer_the_system_refuses_is_reported_and_the_others_are_applied(monkeypatch: pytest.MonkeyPatch) -> None:
    applied: list[str] = []

    def refuse(*paths: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(kernel, "SUPPORTED", True)
    monkeypatch.setattr(landlock, "allow_only", refuse)
    monkeypatch.setattr("adapters.sandbox.seccomp.install", lambda: applied.append("seccomp"))
    report = Layers(Confinement()).after_entry()
    assert applied == ["seccomp"]
    assert (report.filesystem, report.network, report.programs) == ("none", "seccomp", "seccomp")
    assert report.refused == ("landlock: Operation not permitted",)


def test_readable_are_code_and_libraries_but_not_the_checkout() -> None:
    paths = python_read_paths()
    checkout = Path(__file__).resolve().parents[4]
    assert checkout / "adapters" in paths
    assert checkout not in paths
    assert not any(checkout.is_relative_to(path) for path in paths)
    assert not any((checkout / "var").is_relative_to(path) for path in paths)
    assert not any(Path("/etc/passwd").is_relative_to(path) for path in paths)


@pytest.mark.parametrize("entry", ["os.system", "os:system()", ":f", "a b:c", "../x:y"])
def test_an_entry_is_a_module_and_a_function(entry: str) -> None:
    with pytest.raises(ValidationError):
        ChildSpec(entry=entry)
