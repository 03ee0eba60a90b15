"""What is shown while a model is fetched."""

from __future__ import annotations

import io

from handlers.cli.fetching import shown


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def told(stream, *steps):
    tell = shown(stream)
    for step in steps:
        tell(*step)
    return stream.getvalue()


def test_a_terminal_sees_a_bar_that_is_drawn_over_and_ends_its_line():
    drawn = told(
        Terminal(), ("model.safetensors", 0, 200_000_000), ("model.safetensors", 100_000_000, 200_000_000), ("config.json", 200_000_000, 200_000_000)
    )
    start, half, end = drawn.split("\r")[1:]
    assert start == "[" + "." * 30 + "]   0% of 200 MB model.safetensors"
    assert half == "[" + "#" * 15 + "." * 15 + "]  50% of 200 MB model.safetensors"
    assert end.rstrip() == "[" + "#" * 30 + "] 100% of 200 MB config.json"
    assert end.endswith("\n")
    assert len(end.rstrip("\n")) == len(half)


def test_what_did_not_change_is_not_drawn_again():
    assert told(Terminal(), ("a", 1, 10_000), ("a", 2, 10_000), ("a", 3, 10_000)).count("\r") == 1


def test_a_program_reads_a_line_each_tenth():
    lines = told(io.StringIO(), *(("a.bin", done, 1000) for done in range(0, 1001, 7)), ("a.bin", 1000, 1000)).splitlines()
    assert len(lines) == 11
    assert lines[0] == "0% of 0 MB a.bin"
    assert lines[-1] == "100% of 0 MB a.bin"


def test_what_is_here_already_is_all_of_it():
    assert told(io.StringIO(), ("", 5_000_000, 5_000_000)) == "100% of 5 MB\n"
    assert told(io.StringIO(), ("", 0, 0)) == "100% of 0 MB\n"
