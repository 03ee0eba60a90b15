"""What the state machine believes a ledger does: the rules of DESIGN 2 in a few dictionaries, without time stamps, queues or audit."""

from __future__ import annotations

from dataclasses import dataclass, field

from schemas.documents import State
from schemas.ledger import ASSEMBLY, WHOLE, Lease, Seen, TaskId

MAX_CRASHES = 3


@dataclass
class Work:
    """One task. `attempt` is the lease that may write now."""

    attempt: int | None = None
    deadline: float = 0.0
    lost: int = 0
    crashes: int = 0
    open: bool = True
    done: bool = False


@dataclass
class Doc:
    """One object and what is true of it. `facts` is what the warehouse must show: (state, run)."""

    key: str
    present: bool = False
    version: str = ""
    head: str | None = None
    run: int = 0
    runs: int = 0
    gave_up: bool = False
    state: State | None = None
    versions: dict[int, str] = field(default_factory=dict)
    erased: set[str] = field(default_factory=set)
    tasks: dict[TaskId, Work] = field(default_factory=dict)
    facts: tuple[State, int] | None = None

    # --- events ---

    def look(self, version: str | None) -> Seen:
        """A look at a folder."""
        if version is None:
            return self.gone() if self.runs or self.state else Seen.UNKNOWN
        if version in self.erased:
            return Seen.ERASED
        if self.present and self.version == version and not self.gave_up:
            return Seen.DUPLICATE
        return self.start(version)

    def created(self, version: str, order: str) -> Seen | None:
        """An ordered event; None for one that is out of date, whether it is known or not."""
        if version in self.erased:
            return Seen.ERASED
        newer = self.head is None or order > self.head
        if self.present and self.version == version:
            self.head = order if newer else self.head
            return self.start(version) if self.gave_up else Seen.DUPLICATE
        if not newer:
            return None
        self.head = order
        return self.start(version)

    def deleted(self, order: str) -> Seen:
        """An ordered deletion."""
        if self.head is not None and order < self.head:
            return Seen.STALE
        self.head = order
        known, self.state = self.state is not None, self.state or State.DELETED
        return self.gone() if known else Seen.UNKNOWN

    def start(self, version: str) -> Seen:
        """A new run."""
        self.end_all()
        self.present, self.version, self.gave_up, self.state = True, version, False, State.RECEIVED
        return Seen.NEW

    def started(self, task: TaskId) -> None:
        """The ledger named the new run's task."""
        self.run = self.runs = task.run
        self.versions[task.run] = self.version
        self.tasks[task] = Work()

    def gone(self) -> Seen:
        """Nothing lies there."""
        if self.present:
            self.end_all()
            self.present, self.state = False, State.DELETED
            self.facts = self.facts and (State.DELETED, self.run)
        return Seen.GONE

    def erase(self) -> None:
        """Erased: every version so far stays away."""
        if self.state is not State.ERASED:
            self.end_all()
            self.erased |= set(self.versions.values())
            self.present, self.state, self.facts = False, State.ERASED, (State.ERASED, 0)

    # --- work ---

    def claimed(self, lease: Lease, deadline: float) -> None:
        """A lease was given: it must have been there to be given."""
        work = self.tasks[lease.task]
        assert lease.task.run == self.run
        assert self.present
        assert work.open, f"{lease.task} was over"
        if lease.task.part == ASSEMBLY:
            assert all(other.done for task, other in self.tasks.items() if task.run == self.run and task.part > WHOLE)
        work.attempt, work.deadline = lease.attempt, deadline

    def holds(self, lease: Lease) -> bool:
        """Whether a write under this lease must be accepted."""
        work = self.tasks.get(lease.task)
        return work is not None and work.open and work.attempt == lease.attempt

    def split(self, lease: Lease, parts: list[TaskId]) -> None:
        """The plan is done."""
        self.close(lease.task)
        self.tasks |= {task: Work() for task in [*parts, lease.task.model_copy(update={"part": ASSEMBLY})]}

    def completed(self, lease: Lease) -> None:
        """A result."""
        self.close(lease.task)
        if lease.task.part <= WHOLE:
            self.state, self.facts = State.EXTRACTED, (State.EXTRACTED, lease.task.run)

    def close(self, task: TaskId) -> None:
        """The task is done."""
        self.tasks[task].open, self.tasks[task].done, self.tasks[task].attempt = False, True, None

    def lost(self, task: TaskId, max_lost: int) -> bool:
        """The lease ran out; whether the document died of it."""
        work = self.tasks[task]
        work.lost, work.attempt = work.lost + 1, None
        if work.lost > max_lost:
            self.died(State.DEAD)
        return work.lost > max_lost

    def died(self, state: State) -> None:
        """The run ended dead or rejected: older facts go, unless they are of the same version."""
        self.end_all()
        self.state = state
        if not (self.facts and self.facts[0] is State.EXTRACTED and self.versions[self.facts[1]] == self.version):
            self.facts = (state, self.run)

    def end_all(self) -> None:
        """No lease counts any more."""
        for work in self.tasks.values():
            work.open, work.attempt = False, None
