"""The few Linux calls the confinement makes, through the C library. Elsewhere `SUPPORTED` is false and nothing here is called."""

from __future__ import annotations

import ctypes
import os
import platform
import sys

MACHINE = platform.machine() if sys.platform == "linux" else ""
SUPPORTED = MACHINE in {"x86_64", "aarch64"} and sys.maxsize > 2**32

CLONE_NEWUSER = 0x10000000
CLONE_NEWNET = 0x40000000
PR_SET_PDEATHSIG = 1
PR_SET_NO_NEW_PRIVS = 38
F_SETSIG = 10
_CAPABILITY_VERSION_3 = 0x20080522

_libc = ctypes.CDLL(None, use_errno=True)


class _CapabilityHeader(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _CapabilityData(ctypes.Structure):
    _fields_ = (("effective", ctypes.c_uint32), ("permitted", ctypes.c_uint32), ("inheritable", ctypes.c_uint32))


def _checked(result: int) -> int:
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return result


def syscall(number: int, *arguments: object) -> int:
    """`syscall(2)` with integers and ctypes pointers; raises `OSError`."""
    widened = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    return _checked(int(_libc.syscall(ctypes.c_long(number), *widened)))


def prctl(option: int, value: int) -> None:
    """`prctl(2)` with one argument; raises `OSError`."""
    zero = ctypes.c_ulong(0)
    _checked(int(_libc.prctl(ctypes.c_int(option), ctypes.c_ulong(value), zero, zero, zero)))


def unshare(flags: int) -> None:
    """`unshare(2)`; raises `OSError`. A new user namespace needs a process of one thread."""
    _checked(int(_libc.unshare(ctypes.c_int(flags))))


def drop_capabilities() -> None:
    """Give up every capability of this thread and of those it makes (capset(2)); raises `OSError`."""
    header = _CapabilityHeader(_CAPABILITY_VERSION_3, 0)
    nothing = (_CapabilityData * 2)()
    _checked(int(_libc.capset(ctypes.byref(header), nothing)))
