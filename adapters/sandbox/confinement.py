"""What a child takes away from itself, in layers, and what of it the system granted.

A layer the system refuses is reported, not fatal: the caller decides whether the rest is enough (`Applied.isolated`). Two steps, because the
entry loads models in between: `Layers.before_entry` while the process has one thread (limits, capabilities, network namespace, no writes
outside its folder: threads made later inherit all of it), `Layers.after_entry` before the first foreign byte (reads, programs, sockets).
On systems other than Linux only the resource limits exist.
"""

from __future__ import annotations

import os
import resource
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Literal, Self

from adapters.sandbox import kernel, landlock, seccomp

if TYPE_CHECKING:
    from pydantic import JsonValue

DEVICES = ("/dev/null",)
"""Writable for every child: libraries send output there."""


@dataclass(frozen=True, slots=True)
class Confinement:
    """What to apply. Paths are absolute; sizes are bytes; None leaves that limit as it is."""

    read_paths: tuple[str, ...] = ()
    write_paths: tuple[str, ...] = ()
    address_space_bytes: int | None = None
    file_bytes: int | None = None
    open_files: int | None = None
    threads: int | None = None
    isolate: bool = True
    """False: resource limits only."""

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Self:
        """Rebuild what the parent sent."""
        return cls(**_with_tuples(value))


@dataclass(frozen=True, slots=True)
class Applied:
    """What is in force in a child. `network` and `programs` name the strongest layer that holds."""

    filesystem: Literal["landlock", "none"] = "none"
    network: Literal["namespace", "seccomp", "landlock", "none"] = "none"
    """`landlock` alone cuts TCP only."""
    programs: Literal["seccomp", "none"] = "none"
    """Starting programs, and touching other processes."""
    landlock_abi: int = 0
    network_layers: tuple[str, ...] = ()
    privileges: tuple[str, ...] = ()
    """`no_new_privs`, `capabilities` (all given up)."""
    limits: tuple[str, ...] = ()
    """Resource limits in force, by their names in `setrlimit(2)`."""
    loose_threads: int = 0
    """Threads made while models were loaded that may still read (never write) outside `read_paths`: Landlock before ABI 8."""
    refused: tuple[str, ...] = ()
    """Layers that the system did not grant, with its reason."""

    @property
    def isolated(self) -> bool:
        """Whether neither foreign files nor the network are in reach: what SQL from a stranger needs."""
        return self.filesystem != "none" and self.network in {"namespace", "seccomp"}

    @classmethod
    def from_json(cls, value: dict[str, JsonValue]) -> Self:
        """Rebuild what a child reported before it saw a foreign byte. Raises `TypeError` for anything else."""
        known = {field.name for field in fields(cls)}
        if set(value) - known:
            raise TypeError("unknown layer")
        return cls(**_with_tuples(value))


def _with_tuples(value: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(item) if isinstance(item, list) else item for name, item in value.items()}


class Layers:
    """One child's way into its confinement: `before_entry`, then `after_entry`, once each."""

    def __init__(self, wanted: Confinement) -> None:
        self._wanted = wanted
        self._granted: list[str] = []
        self._refused: list[str] = []
        self._limits: list[str] = []

    def before_entry(self) -> None:
        """Limits, no new privileges, network namespace, no capabilities, writes to `write_paths` only."""
        own_user_namespace = self._wanted.isolate and kernel.SUPPORTED and self._before_entry_on_linux()
        self._limit_resources(count_threads=own_user_namespace)

    def after_entry(self) -> Applied:
        """Reads from `read_paths` only, no sockets, no programs; the report of everything in force."""
        loose_threads = 0 if landlock.holds_all_threads() else _other_threads()  # counted while `/proc` is still open
        if self._wanted.isolate and kernel.SUPPORTED:
            self._try("landlock", lambda: landlock.allow_only(self._readable(), self._writable()))
            self._try("seccomp", seccomp.install)
        return self._report(loose_threads)

    def _before_entry_on_linux(self) -> bool:
        self._try("no_new_privs", lambda: kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1))
        own_users = False
        if not self._try("namespace", lambda: kernel.unshare(kernel.CLONE_NEWNET)):
            self._refused.pop()
            own_users = self._try("namespace", lambda: kernel.unshare(kernel.CLONE_NEWUSER | kernel.CLONE_NEWNET))
        self._try("capabilities", kernel.drop_capabilities)
        self._try("landlock-writes", lambda: landlock.allow_writes_beneath(self._writable()))
        return own_users

    def _limit_resources(self, *, count_threads: bool) -> None:
        wanted = {"CORE": 0, "FSIZE": self._wanted.file_bytes, "NOFILE": self._wanted.open_files, "AS": self._wanted.address_space_bytes}
        if count_threads:  # elsewhere the kernel counts all processes of the user
            wanted["NPROC"] = self._wanted.threads
        for name, value in wanted.items():
            if value is not None and self._try(f"RLIMIT_{name}", _limiter(name, value)):
                self._limits.append(name)

    def _try(self, layer: str, apply: Callable[[], object]) -> bool:
        try:
            apply()
        except (OSError, ValueError) as error:
            self._refused.append(f"{layer}: {getattr(error, 'strerror', None) or error}")
            return False
        self._granted.append(layer)
        return True

    def _readable(self) -> Iterable[str]:
        return (*self._wanted.read_paths, *DEVICES)

    def _writable(self) -> Iterable[str]:
        return (*self._wanted.write_paths, *DEVICES)

    def _report(self, loose_threads: int) -> Applied:
        abi = landlock.abi() if "landlock" in self._granted else 0
        network = [layer for layer in ("namespace", "seccomp") if layer in self._granted] + (["landlock"] if abi >= 4 else [])
        return Applied(
            filesystem="landlock" if abi else "none",
            network=network[0] if network else "none",  # type: ignore[arg-type]
            programs="seccomp" if "seccomp" in self._granted else "none",
            landlock_abi=abi,
            network_layers=tuple(network),
            privileges=tuple(layer for layer in ("no_new_privs", "capabilities") if layer in self._granted),
            limits=tuple(self._limits),
            loose_threads=loose_threads if abi else 0,
            refused=tuple(self._refused),
        )


def _limiter(name: str, value: int) -> Callable[[], None]:
    def limit() -> None:
        which = getattr(resource, f"RLIMIT_{name}")
        _, ceiling = resource.getrlimit(which)
        allowed = value if ceiling == resource.RLIM_INFINITY else min(value, ceiling)
        resource.setrlimit(which, (allowed, allowed))

    return limit


def _other_threads() -> int:
    """Threads of this process beside the caller; 0 where there is no `/proc`."""
    if sys.platform != "linux":
        return 0
    try:
        return len(os.listdir("/proc/self/task")) - 1  # noqa: PTH208 - pathlib costs the child's start more than the listing
    except OSError:
        return 0
