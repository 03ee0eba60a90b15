"""Broken and malicious recordings: each is a typed error or a result, quickly and without growing memory."""

from __future__ import annotations

import random

import numpy as np
import pytest

from adapters.decoding.audio import decode, probe
from adapters.testing.sound import RATE_HZ, silence, tone
from schemas.errors import MemoryLimit, RejectedInput, TamizError
from schemas.settings import Limits
from tests.recordings import CODECS, write, write_wav

LIMITS = Limits(audio_s=600)
BEEPS = np.stack([np.concatenate([silence(0.5), tone(1), silence(0.5)]), np.concatenate([tone(1, 880), silence(1)])])
TYPED = (RejectedInput, MemoryLimit)


def outcome(path):
    """Seconds heard, or the code of the error; anything untyped escapes."""
    try:
        recording = decode(path, LIMITS)
        return sum(block.samples.shape[1] for block in recording) / RATE_HZ
    except TYPED as error:
        assert error.message
        return error.code


@pytest.fixture(scope="module")
def originals(tmp_path_factory):
    folder = tmp_path_factory.mktemp("originals")
    mono = {"amr", "3gp", "au"}
    return {extension: write(folder / f"call.{extension}", BEEPS[:1] if extension in mono else BEEPS).read_bytes() for extension in CODECS}


@pytest.mark.parametrize("extension", CODECS)
def test_mutated_recordings(originals, tmp_path, extension):
    chance = random.Random(f"mutated {extension}")
    outcomes = []
    for number in range(20):
        data = bytearray(originals[extension])
        where = len(data) if number % 2 else min(len(data), 200)  # half of them in the headers
        for _ in range(chance.choice([1, 4, 32])):
            data[chance.randrange(where)] = chance.randrange(256)
        path = tmp_path / f"{number}.{extension}"
        path.write_bytes(data)
        outcomes.append(outcome(path))
    assert all(isinstance(found, str) or 0 < found <= LIMITS.audio_s for found in outcomes)


@pytest.mark.parametrize("extension", CODECS)
def test_truncated_recordings(originals, tmp_path, extension):
    chance = random.Random(f"truncated {extension}")
    data = originals[extension]
    for number in range(10):
        path = tmp_path / f"{number}.{extension}"
        path.write_bytes(data[: chance.randrange(len(data))])
        found = outcome(path)
        assert isinstance(found, str) or 0 < found <= 2.5


@pytest.mark.parametrize("extension", CODECS)
def test_wrong_names_change_nothing(originals, tmp_path, extension):
    right, wrong = tmp_path / f"call.{extension}", tmp_path / "call.pdf.m3u8"
    right.write_bytes(originals[extension])
    wrong.write_bytes(originals[extension])
    assert outcome(wrong) == outcome(right) == pytest.approx(2, abs=0.15)


def test_junk_between_and_behind_frames(originals, tmp_path):
    noise = random.Random("junk").randbytes(20_000)
    for extension in ("mp3", "aac", "ogg", "flac", "wav"):
        path = tmp_path / f"call.{extension}"
        path.write_bytes(originals[extension] + noise)
        assert outcome(path) == pytest.approx(2, abs=0.6)


def test_a_gigabyte_declared_in_a_kilobyte(tmp_path):
    path = write_wav(tmp_path / "call.wav", tone(0.03)[None])
    data = bytearray(path.read_bytes())
    data[4:8] = data[40:44] = (1 << 30).to_bytes(4, "little")
    path.write_bytes(data)
    assert probe(path, LIMITS).duration_s < 1
    assert outcome(path) == pytest.approx(0.03)


def test_nothing_but_headers(tmp_path):
    for number, head in enumerate((b"OggS\0\2", b"fLaC\0\0\0\x22", b"FORM\0\0\0\0AIFF", b".snd", b"caff\0\1\0\0", b"\xff\xfb\x90\x64")):
        path = tmp_path / f"{number}.bin"
        path.write_bytes(head * 40)
        with pytest.raises(TamizError):
            list(decode(path, LIMITS))
