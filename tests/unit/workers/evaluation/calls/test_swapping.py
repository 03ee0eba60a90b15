from __future__ import annotations

import wave
from dataclasses import replace
from pathlib import Path

import pytest

from workers.evaluation.calls.gold import Recording
from workers.evaluation.calls.roles import RoleSpan
from workers.evaluation.calls.swapping import SWAPPED, with_swapped

STEREO = (RoleSpan("agent", 0), RoleSpan("customer", 1))


def sound(path: Path, channels: int, width: int, frames: bytes) -> Recording:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(width)
        file.setframerate(8000)
        file.writeframes(frames)
    return Recording("r.jsonl", path.name, path, "en", "hello", None, STEREO)


@pytest.mark.parametrize(
    ("width", "frames", "exchanged"), [(1, b"aAbB", b"AaBb"), (2, b"abABcdCD", b"ABabCDcd"), (3, b"abcABCdefDEF", b"ABCabcDEFdef")]
)
def test_the_second_channel_comes_first_and_the_roles_go_with_it(tmp_path: Path, width: int, frames: bytes, exchanged: bytes) -> None:
    (tmp_path / "out").mkdir()
    original = sound(tmp_path / "call.wav", 2, width, frames)
    first, second = with_swapped([original], tmp_path / "out")
    assert first is original
    assert (second.name, second.roles, second.said) == (f"call.wav{SWAPPED}", (RoleSpan("agent", 1), RoleSpan("customer", 0)), None)
    with wave.open(str(second.path), "rb") as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate(), file.readframes(10)) == (2, width, 8000, exchanged)


def test_long_recordings_are_exchanged_whole(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    _, second = with_swapped([sound(tmp_path / "call.wav", 2, 1, b"aA" * 200_000)], tmp_path / "out")
    with wave.open(str(second.path), "rb") as file:
        assert file.readframes(200_001) == b"Aa" * 200_000


def test_others_have_no_second_copy(tmp_path: Path) -> None:
    """One channel, roles by time, no known roles, and what is no PCM WAV."""
    mono = sound(tmp_path / "mono.wav", 1, 2, bytes(8))
    timed = replace(sound(tmp_path / "timed.wav", 2, 2, bytes(8)), roles=(RoleSpan("agent", None, 0, 1),))
    unknown = replace(sound(tmp_path / "unknown.wav", 2, 2, bytes(8)), roles=None)
    for name, data in (("text.wav", b"no sound"), ("empty.wav", b"")):
        (tmp_path / name).write_bytes(data)
    others = [replace(mono, path=tmp_path / name) for name in ("text.wav", "empty.wav")]
    assert with_swapped([mono, timed, unknown, *others], tmp_path) == [mono, timed, unknown, *others]
