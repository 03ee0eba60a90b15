"""Keys that wait: once each, in time, never weakened."""

from __future__ import annotations

import threading

from handlers.watch_pending import EVERYTHING, Hint, Pending


class Clock:
    """Seconds that pass when told."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_key_is_given_once_however_often_it_was_named() -> None:
    pending = Pending(Clock())
    for _ in range(3):
        pending.add(Hint("a", True))
    pending.add(Hint("b", True))
    assert pending.take(0) == [Hint("a", True), Hint("b", True)]
    assert pending.take(0) == []


def test_a_delayed_key_is_given_when_its_time_has_come() -> None:
    clock = Clock()
    pending = Pending(clock)
    pending.add(Hint("a", False), 1.0)
    assert pending.take(0) == []
    clock.now = 1.0
    assert pending.take(0) == [Hint("a", False)]


def test_an_unsure_hint_starts_its_wait_again() -> None:
    clock = Clock()
    pending = Pending(clock)
    pending.add(Hint("a", False), 1.0)
    clock.now = 0.9
    pending.add(Hint("a", False), 1.0)
    clock.now = 1.5
    assert pending.take(0) == []
    clock.now = 2.0
    assert pending.take(0) == [Hint("a", False)]


def test_a_sure_hint_goes_before_an_unsure_one_and_is_not_weakened() -> None:
    clock = Clock()
    pending = Pending(clock)
    pending.add(Hint("a", False), 1.0)
    pending.add(Hint("a", True))
    pending.add(Hint("a", False), 1.0)
    assert pending.take(0) == [Hint("a", True)]
    clock.now = 5.0
    assert pending.take(0) == []


def test_too_many_keys_become_one_look_at_everything() -> None:
    pending = Pending(Clock(), limit=3)
    for number in range(10):
        pending.add(Hint(str(number), True))
    taken = pending.take(0)
    assert Hint(EVERYTHING, True) in taken
    assert len(taken) <= 3


def test_who_waits_is_woken_by_a_hint() -> None:
    pending = Pending()
    taken: list[Hint] = []
    waiter = threading.Thread(target=lambda: taken.extend(pending.take(60) or pending.take(60)))
    waiter.start()
    pending.add(Hint("a", True))
    waiter.join(30)
    assert taken == [Hint("a", True)]


def test_folders_are_told_from_files() -> None:
    assert Hint("a/", True).is_folder
    assert Hint(EVERYTHING, True).is_folder
    assert not Hint("a", True).is_folder
