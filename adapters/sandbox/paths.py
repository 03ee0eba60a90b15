"""What a Python child must be able to read once it is confined: code, shared libraries, time zones; nobody's data."""

from __future__ import annotations

import sys
import sysconfig
from functools import cache
from pathlib import Path

_PACKAGES = ("schemas", "adapters", "workers")

_SYSTEM = (
    *("/lib", "/lib64", "/lib32", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/usr/local/lib64"),
    *("/etc/ld.so.cache", "/etc/ld.so.preload", "/etc/localtime", "/etc/timezone", "/usr/share/zoneinfo"),
    *("/dev/urandom", "/dev/random", "/dev/zero"),
    *("/proc/cpuinfo", "/proc/meminfo", "/sys/devices/system/cpu"),  # thread pools size themselves by these
    *("/proc/self", "/sys/fs/cgroup"),  # DuckDB 2.0 sizes itself by its control group, and aborts when it is there and closed
)
"""Places every distribution keeps shared libraries and time zones in; those that do not exist are left out."""


@cache
def python_read_paths() -> tuple[Path, ...]:
    """The least a Python child needs: interpreter, installed packages, our own packages, shared libraries, time zones.

    The checkout itself is not in it: the data directory may lie there. `/proc/self` is the child's own; its environment holds no secret.
    """
    checkout = Path(__file__).resolve().parents[2]
    interpreter = {sys.prefix, sys.base_prefix, sys.exec_prefix, sys.base_exec_prefix, *_installed()}
    wanted = [*map(Path, sorted(interpreter)), *(checkout / name for name in _PACKAGES), *map(Path, _SYSTEM)]
    return tuple(dict.fromkeys(path for path in wanted if path.exists()))


def _installed() -> list[str]:
    return [path for name, path in sysconfig.get_paths().items() if name in {"stdlib", "platstdlib", "purelib", "platlib"}]
