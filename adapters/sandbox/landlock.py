"""Landlock: which files a child may read and write, as far as this kernel can say it.

Constants and structures are those of `include/uapi/linux/landlock.h`; what each ABI added is in the kernel's
`Documentation/userspace-api/landlock.rst`. Rulesets stack: each one can only take more away.
"""

from __future__ import annotations

import ctypes
import os
import stat
from collections.abc import Iterable

from adapters.sandbox import kernel

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same numbers on every architecture
_CREATE_RULESET_VERSION = 1
_RULE_PATH_BENEATH = 1
_RESTRICT_ALL_THREADS = 1 << 3  # ABI 8

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR, _REMOVE_DIR, _REMOVE_FILE = (1 << n for n in range(6))
_MAKE_CHAR, _MAKE_DIR, _MAKE_REG, _MAKE_SOCK, _MAKE_FIFO, _MAKE_BLOCK, _MAKE_SYM = (1 << n for n in range(6, 13))
_REFER, _TRUNCATE, _IOCTL_DEV, _RESOLVE_UNIX = (1 << n for n in range(13, 17))
_NET_BIND_TCP, _NET_CONNECT_TCP = 1, 2
_SCOPE_ABSTRACT_UNIX, _SCOPE_SIGNAL = 1, 2

_READ = _READ_FILE | _READ_DIR
_ALTER = (
    _WRITE_FILE | _REMOVE_DIR | _REMOVE_FILE | _MAKE_CHAR | _MAKE_DIR | _MAKE_REG | _MAKE_SOCK | _MAKE_FIFO | _MAKE_BLOCK | _MAKE_SYM
    | _REFER | _TRUNCATE | _IOCTL_DEV | _RESOLVE_UNIX
)  # fmt: skip
_OWN_FILES = _READ | _WRITE_FILE | _REMOVE_DIR | _REMOVE_FILE | _MAKE_DIR | _MAKE_REG | _REFER | _TRUNCATE
"""What a child may do in its own folder: no links, pipes, sockets or devices, which would wait there for whoever reads the folder."""
_ON_A_FILE = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEV
_ADDED_BY_ABI = {2: _REFER, 3: _TRUNCATE, 5: _IOCTL_DEV, 9: _RESOLVE_UNIX}


class _RulesetAttributes(ctypes.Structure):
    _fields_ = (("handled_access_fs", ctypes.c_uint64), ("handled_access_net", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed_access", ctypes.c_uint64), ("parent_fd", ctypes.c_int32))


def abi() -> int:
    """The Landlock ABI of this kernel; 0 where there is none."""
    if not kernel.SUPPORTED:
        return 0
    try:
        return kernel.syscall(_CREATE_RULESET, None, 0, _CREATE_RULESET_VERSION)
    except OSError:
        return 0


def allow_writes_beneath(write_paths: Iterable[str]) -> None:
    """From here on this thread and those it makes write beneath `write_paths` only; reading stays free. Raises `OSError`."""
    _restrict(_ALTER, [(path, _OWN_FILES) for path in write_paths])


def allow_only(read_paths: Iterable[str], write_paths: Iterable[str]) -> None:
    """From here on only `read_paths` are readable, only `write_paths` writable, nothing executable. Raises `OSError`.

    A path that does not exist is left out. A rule belongs to the file that lies at the path now, not to one that replaces it.
    """
    rules = [(path, _READ) for path in read_paths] + [(path, _OWN_FILES) for path in write_paths]
    _restrict(_READ | _EXECUTE | _ALTER, rules)


def holds_all_threads() -> bool:
    """Whether a ruleset reaches the threads that already run (ABI 8)."""
    return abi() >= 8


def _restrict(handled: int, rules: list[tuple[str, int]]) -> None:
    version = abi()
    known = handled & ~sum(rights for since, rights in _ADDED_BY_ABI.items() if version < since)
    attributes = _RulesetAttributes(
        known,
        _NET_BIND_TCP | _NET_CONNECT_TCP if version >= 4 else 0,
        _SCOPE_ABSTRACT_UNIX | _SCOPE_SIGNAL if version >= 6 else 0,
    )
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    ruleset = kernel.syscall(_CREATE_RULESET, ctypes.byref(attributes), size, 0)
    try:
        for path, rights in rules:
            _add(ruleset, path, rights & known)
        kernel.syscall(_RESTRICT_SELF, ruleset, _RESTRICT_ALL_THREADS if version >= 8 else 0)
    finally:
        os.close(ruleset)


def _add(ruleset: int, path: str, rights: int) -> None:
    try:
        target = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError, PermissionError):
        return
    keep = path.startswith("/proc/")
    try:
        if not stat.S_ISDIR(os.fstat(target).st_mode):
            rights &= _ON_A_FILE
        if rights:
            rule = _PathBeneath(rights, target)
            kernel.syscall(_ADD_RULE, ruleset, _RULE_PATH_BENEATH, ctypes.byref(rule), 0)
    finally:
        if not keep:  # the kernel forgets unused entries of /proc, and a new one would lie under no rule: ours stays in use
            os.close(target)
