"""A seccomp filter: the system calls a parser never needs answer EPERM, for every thread of the child.

What files may be opened is Landlock's matter; this filter closes what Landlock cannot see (sockets, programs, other processes, file
modes and times) and the ways around a filter (io_uring, other architectures, calls newer than this table). Numbers are those of
`asm/unistd_64.h` (x86_64) and `asm-generic/unistd.h` (aarch64); the program form is classic BPF, `Documentation/userspace-api/seccomp_filter.rst`.
"""

from __future__ import annotations

import ctypes
import errno
import os

from adapters.sandbox import kernel

_Instruction = tuple[int, int, int, int]
"""code, jump if true, jump if false, constant."""

_LOAD, _AND, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x54, 0x15, 0x35, 0x45, 0x06
_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000
_NUMBER_OFFSET, _ARCHITECTURE_OFFSET, _ARGUMENTS_OFFSET = 0, 4, 16
_AUDIT_ARCHITECTURE = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_SET_MODE_FILTER = 1
_ALL_THREADS, _KEEP_SPECULATION = 1, 4
"""Flags of seccomp(2). Kernels before 5.16 otherwise switch speculative stores off under a filter, which slows every engine down."""

_SECCOMP = {"x86_64": 317, "aarch64": 277}
_CLONE_THREAD = 0x00010000
_FIRST_UNKNOWN = 463
"""`setxattrat`; it and all later calls answer ENOSYS, as on an older kernel, so that a new call is closed until somebody judges it."""

_DENIED = {
    "x86_64": (
        *(41, 42, 43, 49, 50, 288),  # socket connect accept bind listen accept4
        *(57, 58, 59, 322),  # fork vfork execve execveat
        *(101, 310, 311, 312, 440, 448),  # ptrace process_vm_readv process_vm_writev kcmp process_madvise process_mrelease
        *(200, 424, 434, 438),  # tkill pidfd_send_signal pidfd_open pidfd_getfd
        *(109, 112, 141, 142, 144, 203, 251, 256, 279, 314),  # setpgid setsid, priority and placement, also of other processes
        *(76, 85, 90, 91, 92, 93, 94, 260, 268, 452),  # truncate creat, chmod and chown families
        *(132, 235, 261, 280),  # utime utimes futimesat utimensat
        *(188, 189, 190, 197, 198, 199),  # setxattr and removexattr families
        *(155, 161, 163, 165, 166, 167, 168, 179, 443),  # pivot_root chroot acct mount umount2 swapon swapoff quotactl quotactl_fd
        *(272, 303, 304, 308, 428, 429, 430, 431, 432, 433, 442),  # unshare, file handles, setns, the new mount calls
        *(248, 249, 250, 298, 300, 321, 323, 425, 426, 427),  # keys perf_event_open fanotify_init bpf userfaultfd io_uring
        *(103, 159, 164, 169, 170, 171, 172, 173, 175, 176, 227, 246, 305, 313, 320),  # clock, names, ports, modules, kexec, reboot
        *(29, 30, 31, 64, 65, 66, 68, 69, 70, 71, 220, 240, 241),  # System V shared memory, semaphores and queues, POSIX queues
    ),
    "aarch64": (
        *(198, 203, 202, 200, 201, 242),
        *(221, 281),
        *(117, 270, 271, 272, 440, 448),
        *(130, 424, 434, 438),
        *(154, 157, 140, 118, 119, 122, 30, 238, 239, 274),
        *(45, 52, 53, 54, 55, 452),
        *(88,),
        *(5, 6, 7, 14, 15, 16),
        *(41, 51, 89, 40, 39, 224, 225, 60, 443),
        *(97, 264, 265, 268, 428, 429, 430, 431, 432, 433, 442),
        *(217, 218, 219, 241, 262, 280, 282, 425, 426, 427),
        *(116, 171, 170, 142, 161, 162, 105, 106, 112, 104, 266, 273, 294),
        *(194, 196, 195, 190, 193, 191, 186, 189, 188, 187, 192, 180, 181),
    ),
}
_CLONE = {"x86_64": 56, "aarch64": 220}
_CLONE3, _OPENAT2 = 435, 437
_OPENS = {"x86_64": ((2, 1), (257, 2)), "aarch64": ((56, 2),)}
"""(open or openat, the argument that holds its flags)."""
_TO_SELF = {"x86_64": (62, 234, 129, 297), "aarch64": (129, 131, 138, 240)}
"""kill, tgkill, rt_sigqueueinfo, rt_tgsigqueueinfo: only to this process, so that `abort()` works."""
_PRLIMIT = {"x86_64": 302, "aarch64": 261}
_PRCTL = {"x86_64": 157, "aarch64": 167}


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def install() -> None:
    """Put the filter over every thread of this process; needs `no_new_privs`. Raises `OSError` where the system grants none."""
    code = program(kernel.MACHINE, os.getpid())
    packed = b"".join(_pack(instruction) for instruction in code)
    filter_ = _Program(len(code), packed)
    unsynchronised = kernel.syscall(_SECCOMP[kernel.MACHINE], _SET_MODE_FILTER, _ALL_THREADS | _KEEP_SPECULATION, ctypes.byref(filter_))
    if unsynchronised:
        raise OSError(errno.ESRCH, f"thread {unsynchronised} does not take the filter")


def program(machine: str, pid: int) -> list[_Instruction]:
    """The filter for `machine` (`x86_64`, `aarch64`) and the process `pid`, as classic BPF instructions."""
    code: list[_Instruction] = [
        (_LOAD, 0, 0, _ARCHITECTURE_OFFSET),
        (_EQUAL, 1, 0, _AUDIT_ARCHITECTURE[machine]),
        _refuse(errno.EPERM),
        (_LOAD, 0, 0, _NUMBER_OFFSET),
        (_AT_LEAST, 0, 1, _FIRST_UNKNOWN),  # on x86_64 also the x32 calls, which carry bit 30
        _refuse(errno.ENOSYS),
    ]
    for number in (_CLONE3, _OPENAT2):  # their flags lie behind a pointer: the C library falls back to clone and openat
        code += _when(number, [_refuse(errno.ENOSYS)])
    for number in _DENIED[machine]:
        code += _when(number, [_refuse(errno.EPERM)])
    code += _when(_CLONE[machine], _judge(0, (_ANY_BIT, 0, 1, _CLONE_THREAD)))
    for number in _TO_SELF[machine]:
        code += _when(number, _judge(0, (_EQUAL, 0, 1, pid)))
    code += _when(_PRLIMIT[machine], _judge(0, (_EQUAL, 0, 1, 0)))
    code += _when(_PRCTL[machine], _judge(0, (_EQUAL, 1, 0, kernel.PR_SET_PDEATHSIG)))
    for number, flags in _OPENS[machine]:
        # Before ABI 3 Landlock does not see O_RDONLY | O_TRUNC, which empties a file that the child may not write.
        code += _when(number, _judge(flags, (_AND, 0, 0, os.O_TRUNC | os.O_ACCMODE), (_EQUAL, 1, 0, os.O_TRUNC)))
    return [*code, (_RETURN, 0, 0, _ALLOW)]


def _refuse(code: int) -> _Instruction:
    return (_RETURN, 0, 0, _ERRNO | code)


def _when(number: int, then: list[_Instruction]) -> list[_Instruction]:
    """`then` ends in returns, so that the system call number stays loaded for whatever follows."""
    return [(_EQUAL, 0, len(then), number), *then]


def _judge(argument: int, *test: _Instruction) -> list[_Instruction]:
    """Load the low word of an argument (both machines are little-endian), test it: on to allow, or one further to refuse."""
    return [(_LOAD, 0, 0, _ARGUMENTS_OFFSET + 8 * argument), *test, (_RETURN, 0, 0, _ALLOW), _refuse(errno.EPERM)]


def _pack(instruction: _Instruction) -> bytes:
    code, if_true, if_false, constant = instruction
    return code.to_bytes(2, "little") + bytes((if_true, if_false)) + constant.to_bytes(4, "little")
