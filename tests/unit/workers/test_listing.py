"""Sorting and comparing listings."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from workers.listing import Keys, SortedEntries, differences

KEY = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
LISTING = st.dictionaries(KEY, st.sampled_from("123"), max_size=40)


@given(st.lists(st.tuples(KEY, st.sampled_from("123")), max_size=40), st.integers(1, 10))
def test_entries_come_back_sorted_however_many_runs_they_made(entries: list[tuple[str, str]], run: int) -> None:
    with SortedEntries(run) as kept:
        for key, version in entries:
            kept.add(key, version)
        assert list(kept) == sorted(entries)
        assert list(kept) == sorted(entries)


@given(LISTING, LISTING)
def test_differences_are_those_of_the_two_maps(listed: dict[str, str], known: dict[str, str]) -> None:
    expected = [(key, listed.get(key), known.get(key)) for key in sorted({*listed, *known}) if listed.get(key) != known.get(key)]
    assert list(differences(sorted(listed.items()), sorted(known.items()))) == expected


def test_keys_survive_with_all_their_characters() -> None:
    with Keys() as keys:
        for key in ("a\nb", 'quoted "x"', "ü", "x" * 2_000_000):
            keys.add(key)
        assert len(keys) == 4
        assert [key[:10] for key in keys] == ["a\nb", 'quoted "x"', "ü", "x" * 10]
