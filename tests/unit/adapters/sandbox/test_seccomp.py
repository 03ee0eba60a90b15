"""The filter program, run by a small interpreter of classic BPF: it is judged for both machines on either."""

from __future__ import annotations

import errno

import pytest

from adapters.sandbox.seccomp import program

ALLOW = "allow"
_ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_OWN_PID = 4242
_MACHINES = ("x86_64", "aarch64")


def _judged(machine: str, number: int, *arguments: int, architecture: int | None = None) -> object:
    data = {0: number, 4: _ARCHITECTURES[machine] if architecture is None else architecture}
    data |= {16 + 8 * index: value & 0xFFFFFFFF for index, value in enumerate(arguments)}
    code = program(machine, _OWN_PID)
    accumulator = at = 0
    while True:
        operation, if_true, if_false, constant = code[at]
        at += 1
        match operation:
            case 0x20:
                accumulator = data.get(constant, 0)
            case 0x54:
                accumulator &= constant
            case 0x15:
                at += if_true if accumulator == constant else if_false
            case 0x35:
                at += if_true if accumulator >= constant else if_false
            case 0x45:
                at += if_true if accumulator & constant else if_false
            case 0x06:
                return ALLOW if constant == 0x7FFF0000 else constant & 0xFFFF
            case _:
                raise AssertionError(f"unknown instruction {operation:#x}")


def _numbers(machine: str, **by_machine: tuple[int, int]) -> dict[str, int]:
    return {name: pair[_MACHINES.index(machine)] for name, pair in by_machine.items()}


@pytest.mark.parametrize("machine", _MACHINES)
def test_what_a_parser_needs_is_allowed(machine: str) -> None:
    needed = _numbers(
        machine,
        read=(0, 63), write=(1, 64), close=(3, 57), mmap=(9, 222), mprotect=(10, 226), munmap=(11, 215), brk=(12, 214), ioctl=(16, 29),
        rt_sigaction=(13, 134), poll=(7, 73), futex=(202, 98), getdents64=(217, 61), statx=(332, 291), lseek=(8, 62), fstat=(5, 80),
        exit_group=(231, 94), getrandom=(318, 278), madvise=(28, 233), sched_yield=(24, 124), clock_gettime=(228, 113), fcntl=(72, 25),
        mkdirat=(258, 34), unlinkat=(263, 35), renameat2=(316, 276), ftruncate=(77, 46), pread64=(17, 67), rseq=(334, 293), nanosleep=(35, 101),
        set_robust_list=(273, 99), sched_getaffinity=(204, 123), getrusage=(98, 165), dup3=(292, 24), pipe2=(293, 59), eventfd2=(290, 19),
        epoll_ctl=(233, 21), memfd_create=(319, 279), gettid=(186, 178), sysinfo=(99, 179), uname=(63, 160), setrlimit=(160, 164),
    )  # fmt: skip
    assert {name: _judged(machine, number) for name, number in needed.items()} == dict.fromkeys(needed, ALLOW)


@pytest.mark.parametrize("machine", _MACHINES)
def test_what_leads_out_is_refused(machine: str) -> None:
    refused = _numbers(
        machine,
        socket=(41, 198), connect=(42, 203), bind=(49, 200), listen=(50, 201), execve=(59, 221), execveat=(322, 281), ptrace=(101, 117),
        mount=(165, 40), setns=(308, 268), unshare=(272, 97), bpf=(321, 280), perf_event_open=(298, 241), keyctl=(250, 219),
        io_uring_setup=(425, 425), process_vm_writev=(311, 271), pidfd_getfd=(438, 438), fchmodat=(268, 53), utimensat=(280, 88),
        setxattr=(188, 5), userfaultfd=(323, 282), kexec_load=(246, 104), init_module=(175, 105), shmget=(29, 194), setsid=(112, 157),
        open_by_handle_at=(304, 265), reboot=(169, 142), chroot=(161, 51), truncate=(76, 45), move_mount=(429, 429),
    )  # fmt: skip
    assert {name: _judged(machine, number) for name, number in refused.items()} == dict.fromkeys(refused, errno.EPERM)


@pytest.mark.parametrize(("machine", "clone"), [("x86_64", 56), ("aarch64", 220)])
def test_threads_may_be_made_and_processes_may_not(machine: str, clone: int) -> None:
    a_thread = 0x3D0F00  # CLONE_VM|FS|FILES|SIGHAND|THREAD|SYSVSEM|SETTLS|PARENT_SETTID|CHILD_CLEARTID, as the C library asks
    assert _judged(machine, clone, a_thread) == ALLOW
    assert _judged(machine, clone, 0x11) == errno.EPERM
    assert _judged(machine, 435) == errno.ENOSYS


@pytest.mark.parametrize(("machine", "calls"), [("x86_64", (62, 234, 129, 297)), ("aarch64", (129, 131, 138, 240))])
def test_signals_reach_only_the_child_itself(machine: str, calls: tuple[int, ...]) -> None:
    for call in calls:
        assert [_judged(machine, call, pid) for pid in (_OWN_PID, 1, 0, -1)] == [ALLOW, errno.EPERM, errno.EPERM, errno.EPERM]


@pytest.mark.parametrize(("machine", "call"), [("x86_64", 302), ("aarch64", 261)])
def test_limits_of_others_are_out_of_reach(machine: str, call: int) -> None:
    assert (_judged(machine, call, 0), _judged(machine, call, 1)) == (ALLOW, errno.EPERM)


@pytest.mark.parametrize(("machine", "call"), [("x86_64", 157), ("aarch64", 167)])
def test_a_child_cannot_take_back_its_death_with_the_parent(machine: str, call: int) -> None:
    assert (_judged(machine, call, 1), _judged(machine, call, 15)) == (errno.EPERM, ALLOW)


@pytest.mark.parametrize(("machine", "call", "before"), [("x86_64", 2, 1), ("x86_64", 257, 2), ("aarch64", 56, 2)])
def test_opening_to_read_does_not_empty_a_file(machine: str, call: int, before: int) -> None:
    rest = [0] * before
    assert _judged(machine, call, *rest, 0o2000000) == ALLOW
    assert _judged(machine, call, *rest, 0o1101) == ALLOW  # O_WRONLY|O_CREAT|O_TRUNC: Landlock judges the place
    assert _judged(machine, call, *rest, 0o1000) == errno.EPERM


@pytest.mark.parametrize("machine", _MACHINES)
def test_other_architectures_and_newer_calls_are_closed(machine: str) -> None:
    assert _judged(machine, 0, architecture=0x40000003) == errno.EPERM  # i386
    assert _judged(machine, 463) == errno.ENOSYS
    assert _judged(machine, 0x40000000 + 41) == errno.ENOSYS  # x32 socket


@pytest.mark.parametrize("machine", _MACHINES)
def test_every_path_through_the_program_stays_inside_it(machine: str) -> None:
    code = program(machine, _OWN_PID)
    assert len(code) <= 4096  # BPF_MAXINSNS
    for at, (operation, if_true, if_false, _) in enumerate(code):
        if operation in {0x15, 0x35, 0x45}:
            assert max(if_true, if_false) < 256
            assert at + 1 + max(if_true, if_false) < len(code)
    assert code[-1][0] == 0x06
