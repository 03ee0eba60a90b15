from __future__ import annotations

import random
from itertools import permutations

import pytest

from workers.evaluation.calls.diarisation import DiarisationError, Talk, agreed_s, diarisation_error, overall


def seconds(found: DiarisationError) -> tuple[float, ...]:
    return tuple(round(value, 6) for value in (found.speech_s, found.missed_s, found.false_s, found.confused_s))


def test_the_same_talk_under_other_names_is_right() -> None:
    reference = [Talk(0, 4, "ann"), Talk(5, 8, "bob")]
    assert seconds(diarisation_error(reference, [Talk(0, 4, "2"), Talk(5, 8, "1")])) == (7, 0, 0, 0)


def test_missed_false_and_confused_counted_by_hand() -> None:
    """Ann 0-10, Bob 10-20. Ours: `x` 2-12, `y` 12-22: 2 s missed, 2 s (10-12) Bob's time under Ann's name, 2 s (20-22) invented."""
    found = diarisation_error([Talk(0, 10, "ann"), Talk(10, 20, "bob")], [Talk(2, 12, "x"), Talk(12, 22, "y")])
    assert seconds(found) == (20, 2, 2, 2)
    assert found.rate == pytest.approx(6 / 20)


def test_overlapped_speech_counts_for_everybody_in_it() -> None:
    """Both talk 0-4; we hear one of them: half of 8 s is missed."""
    found = diarisation_error([Talk(0, 4, "ann"), Talk(0, 4, "bob")], [Talk(0, 4, "x")])
    assert seconds(found) == (8, 4, 0, 0)


def test_one_name_for_two_people_is_right_for_the_one_who_talks_more() -> None:
    found = diarisation_error([Talk(0, 6, "ann"), Talk(6, 10, "bob")], [Talk(0, 10, "x")])
    assert seconds(found) == (10, 0, 0, 4)


def test_a_speaker_said_twice_at_once_is_one() -> None:
    assert seconds(diarisation_error([Talk(0, 4, "ann"), Talk(2, 5, "ann")], [Talk(0, 5, "x"), Talk(1, 3, "x")])) == (5, 0, 0, 0)


def test_a_collar_leaves_out_what_surrounds_a_boundary() -> None:
    """Boundaries 0.2 s off are forgiven; of 10 s of talk 0.25 s at either end are not counted, and 0.5 s around the change."""
    reference, ours = [Talk(0, 5, "ann"), Talk(5, 10, "bob")], [Talk(0.2, 5.2, "x"), Talk(5.2, 10.2, "y")]
    assert seconds(diarisation_error(reference, ours)) == (10, 0.2, 0.2, 0.2)
    assert seconds(diarisation_error(reference, ours, 0.25)) == (9, 0, 0, 0)


def test_nobody_heard_is_all_missed_and_nobody_there_is_all_invented() -> None:
    assert diarisation_error([Talk(0, 4, "ann")], []).rate == 1.0
    found = diarisation_error([], [Talk(0, 4, "x")])
    assert (found.false_s, found.rate) == (4, 0.0)


def test_recordings_with_more_talk_weigh_more() -> None:
    one, other = diarisation_error([Talk(0, 9, "a")], [Talk(0, 9, "x")]), diarisation_error([Talk(0, 1, "a")], [])
    assert overall([one, other]).rate == pytest.approx(0.1)
    assert overall([]).rate == 0.0


def sampled(reference: list[Talk], ours: list[Talk]) -> tuple[float, ...]:
    """A second writing: in steps of a tenth of a second, with every pairing tried."""
    people, names = sorted({talk.speaker for talk in reference}), sorted({talk.speaker for talk in ours})
    steps = []
    for step in range(200):
        at = step / 10 + 0.05
        steps.append(({t.speaker for t in reference if t.start_s < at < t.end_s}, {t.speaker for t in ours if t.start_s < at < t.end_s}))
    speech = sum(len(wanted) for wanted, _ in steps)
    missed = sum(max(0, len(wanted) - len(named)) for wanted, named in steps)
    false = sum(max(0, len(named) - len(wanted)) for wanted, named in steps)
    padded = [*names, *["nobody"] * len(people)]
    right = max(
        sum(sum(other in named for one, other in zip(people, chosen, strict=True) if one in wanted) for wanted, named in steps)
        for chosen in set(permutations(padded, len(people)))
    )
    confused = sum(min(len(wanted), len(named)) for wanted, named in steps) - right
    return tuple(round(value / 10, 6) for value in (speech, missed, false, confused))


@pytest.mark.parametrize("seed", range(12))
def test_errors_are_those_of_a_second_writing(seed: int) -> None:
    chance = random.Random(seed)

    def talks(names: str) -> list[Talk]:
        starts = [chance.randrange(150) / 10 for _ in range(8)]
        return [Talk(start, start + chance.randrange(1, 50) / 10, chance.choice(names)) for start in starts]

    reference, ours = talks("abc"), talks("xyz"[: chance.randint(1, 3)])
    assert seconds(diarisation_error(reference, ours)) == pytest.approx(sampled(reference, ours), abs=1e-6)


def test_the_best_pairing_is_not_the_greedy_one() -> None:
    assert agreed_s({("a", "x"): 5.0, ("a", "y"): 4.0, ("b", "x"): 4.0}) == 8.0
    assert agreed_s({("a", "x"): 1.0, ("a", "y"): 2.0, ("a", "z"): 3.0}) == 3.0
    assert agreed_s({}) == 0.0
