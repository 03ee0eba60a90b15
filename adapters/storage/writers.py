"""Whether somebody still writes to a file, asked of the kernel.

Linux grants a read lease on a file only while nobody has it open for writing (fcntl(2), F_SETLEASE). It is given back at once. A writer who opens
the file in that instant makes the kernel signal us; SIGURG, whose default is to be ignored, is chosen for that instead of the deadly SIGIO.
"""

from __future__ import annotations

import errno
import fcntl
import signal


def has_writer(fd: int) -> bool | None:
    """True when the regular file, open for reading only, is open for writing elsewhere; None where the system does not say.

    It does not say for files of other users (without CAP_LEASE), on network file systems, and on systems other than Linux.
    """
    lease = getattr(fcntl, "F_SETLEASE", None)
    if lease is None:
        return None
    try:
        fcntl.fcntl(fd, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(fd, lease, fcntl.F_RDLCK)
    except OSError as error:
        return True if error.errno == errno.EAGAIN else None
    fcntl.fcntl(fd, lease, fcntl.F_UNLCK)
    return False
