"""Decoding of recordings; files are the thing under test, so they are written to a temporary folder."""

from __future__ import annotations

import struct
import wave

import numpy as np
import pytest

from adapters.decoding.audio import decode, probe
from adapters.decoding.audio_container import Input
from adapters.decoding.audio_formats import HEAD_BYTES, MEDIA_TYPES, container_of, cut_wav, sniff
from adapters.testing.sound import RATE_HZ, silence, tone
from schemas.errors import Empty, Malformed, RejectedInput, TooLarge, Truncated, UnsupportedType
from schemas.settings import Limits
from tests.recordings import CODECS, stereo, write, write_video, write_wav

LIMITS = Limits()
BEEPS = np.concatenate([silence(1), tone(1), silence(1), tone(1, 880), silence(1)])


def heard(path, media_type=None, start_s=0.0, end_s=None, limits=LIMITS):
    """Index of the first sample, all samples, and the recording."""
    recording = decode(path, limits, media_type, start_s, end_s)
    blocks = list(recording)
    return blocks[0].first, np.concatenate([block.samples for block in blocks], axis=1), recording


@pytest.mark.parametrize("extension", CODECS)
def test_every_container_gives_the_sound_that_went_in(tmp_path, extension):
    path = write(tmp_path / f"call.{extension}", BEEPS[None])
    _, samples, recording = heard(path)
    loud = [np.abs(samples[0, round(at * RATE_HZ) : round((at + 0.6) * RATE_HZ)]).mean() for at in (0.2, 1.2, 2.2, 3.2)]
    assert samples.dtype == np.int16
    assert samples.shape[1] / RATE_HZ == pytest.approx(5, abs=0.15)
    assert max(loud[0], loud[2]) < 200 < 4000 < min(loud[1], loud[3])
    assert recording.problems == []
    assert recording.format.sample_rate_hz == CODECS[extension][2]


@pytest.mark.parametrize("extension", CODECS)
def test_a_stretch_is_what_the_whole_has_there(tmp_path, extension):
    steps = np.concatenate([tone(1, 300 + 40 * at, 0.05 + 0.01 * at) for at in range(20)])
    path = write(tmp_path / f"call.{extension}", steps[None])
    first, whole, _ = heard(path)
    at, stretch, _ = heard(path, start_s=12.0, end_s=14.5)
    assert (at, stretch.shape[1]) == (12 * RATE_HZ, round(2.5 * RATE_HZ))
    expected = np.abs(whole[0, at - first : at - first + stretch.shape[1]]).reshape(-1, 4000).mean(axis=1)
    assert np.abs(stretch[0]).reshape(-1, 4000).mean(axis=1) == pytest.approx(expected, rel=0.05)


def test_channels_stay_apart(tmp_path):
    path = write_wav(tmp_path / "call.wav", np.stack([tone(2), silence(2), tone(2, 880, 0.1)]))
    _, samples, recording = heard(path)
    assert recording.format.channels == 3
    assert np.abs(samples).max(axis=1) == pytest.approx([9830, 0, 3276], abs=2)


@pytest.mark.parametrize("channels", [7, 8, 9, 32])
def test_conference_bridges_have_many_channels(tmp_path, channels):
    legs = np.stack([tone(1.5, 200 + 50 * leg) for leg in range(channels)])
    _, samples, _ = heard(write_wav(tmp_path / "call.wav", legs))
    assert np.array_equal(samples, legs)


def test_blocks_follow_each_other_and_stay_small(tmp_path):
    path = write(tmp_path / "call.flac", np.tile(BEEPS, 3)[None])
    blocks = list(decode(path, LIMITS))
    assert [block.first for block in blocks] == [0, *np.cumsum([block.samples.shape[1] for block in blocks])[:-1]]
    assert all(block.samples.shape[1] < 2 * RATE_HZ for block in blocks)


def test_8_khz_telephone_audio_is_resampled(tmp_path):
    path = tmp_path / "call.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(tone(2, 220)[::2].tobytes())
    _, samples, recording = heard(path)
    assert (samples.shape, recording.format.sample_rate_hz) == ((1, 2 * RATE_HZ), 8000)


def test_the_container_the_caller_sniffed_is_forced(tmp_path):
    path = write(tmp_path / "call.flac", BEEPS[None])
    assert probe(path, LIMITS, "audio/flac").container == "flac"
    with pytest.raises(RejectedInput):
        list(decode(path, LIMITS, "audio/wav"))
    with pytest.raises(UnsupportedType):
        probe(path, LIMITS, "image/png")


@pytest.mark.parametrize(
    "playlist",
    ["#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:10.0,\n{}\n#EXT-X-ENDLIST\n", "ffconcat version 1.0\nfile '{}'\n", "file '{}'\n", "RIFF{}"],
)
@pytest.mark.parametrize("media_type", [None, "audio/mpeg", "audio/wav", "audio/ogg", "video/mp4"])
def test_a_playlist_under_a_recording_s_name_reads_no_other_file(tmp_path, playlist, media_type):
    secret = write_wav(tmp_path / "secret.wav", tone(1)[None])
    path = tmp_path / "call.mp3"
    path.write_text(playlist.format(secret))
    with pytest.raises(RejectedInput):
        list(decode(path, LIMITS, media_type))


def test_a_quicktime_reference_to_another_file_is_not_followed(tmp_path):
    secret = write_wav(tmp_path / "secret.wav", tone(1)[None])
    path = write(tmp_path / "call.m4a", BEEPS[None])
    name = str(secret).encode()
    data = path.read_bytes()
    entry = struct.pack(">I4sI", 12 + len(name) + 1, b"url ", 0) + name + b"\0"
    at = data.index(b"url ") - 4
    path.write_bytes(data[:at] + entry[: len(data) - at] + data[at + len(entry) :])
    with pytest.raises(RejectedInput):
        list(decode(path, LIMITS, "video/mp4"))


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", Empty),
        (b"\0" * 4096, UnsupportedType),
        (b"not a recording at all", UnsupportedType),
        (b"RIFF\x10\0\0\0WAVEfmt ", Malformed),
        (b"fLaC", Truncated),
        (b"OggS" + b"\0" * 200, RejectedInput),
        (b"ID3\x04\0\0\0\0\0\x0a" + b"\0" * 10, RejectedInput),
        (b"\0\0\0\x18ftypheic\0\0\0\0", UnsupportedType),
        (b"\0\0\0\x18ftypisom\0\0\0\0isommp42", RejectedInput),
    ],
)
def test_what_is_no_recording_is_a_named_error(tmp_path, content, error):
    path = tmp_path / "call.mp3"
    path.write_bytes(content)
    with pytest.raises(error):
        list(decode(path, LIMITS))


def test_a_video_without_sound_is_unsupported(tmp_path):
    with pytest.raises(UnsupportedType, match="without sound"):
        probe(write_video(tmp_path / "clip.mp4"), LIMITS)


def test_a_wav_cut_off_in_its_audio_gives_what_is_there_and_a_note(tmp_path):
    path = write_wav(tmp_path / "call.wav", BEEPS[None])
    path.write_bytes(path.read_bytes()[: 44 + 2 * RATE_HZ * 2])
    _, samples, recording = heard(path)
    assert samples.shape[1] == pytest.approx(2 * RATE_HZ, abs=RATE_HZ // 50)
    assert [problem.code for problem in recording.problems] == ["truncated"]


def test_a_wav_cut_off_before_its_audio_is_truncated(tmp_path):
    path = write_wav(tmp_path / "call.wav", BEEPS[None])
    path.write_bytes(path.read_bytes()[:44])
    with pytest.raises(Truncated):
        list(decode(path, LIMITS))


def test_a_wav_without_any_sample_is_empty(tmp_path):
    with pytest.raises(Empty):
        list(decode(write_wav(tmp_path / "call.wav", silence(0)[None]), LIMITS))


@pytest.mark.parametrize("length", [1, 2, RATE_HZ, 4 * RATE_HZ + 1])
def test_a_wav_that_goes_on_behind_its_stated_length_is_read_whole_and_noted(tmp_path, length):
    path = write_wav(tmp_path / "call.wav", np.tile(BEEPS, 3)[None])
    whole = path.read_bytes()
    path.write_bytes(whole[:40] + struct.pack("<I", length) + whole[44:])
    _, samples, recording = heard(path)
    assert samples.shape[1] == 3 * len(BEEPS)
    assert [(problem.code, "less audio" in problem.message) for problem in recording.problems] == [("malformed", True)]
    at, stretch, _ = heard(path, start_s=8.0, end_s=9.5)
    assert (at, stretch.shape[1]) == (8 * RATE_HZ, round(1.5 * RATE_HZ))
    assert np.array_equal(stretch, samples[:, at : at + stretch.shape[1]])


@pytest.mark.parametrize("behind", [b"LIST" + struct.pack("<I", 4000) + bytes(4000), bytes(100), b"id3 " + bytes(5000)])
def test_what_stands_behind_the_audio_of_a_wav_is_no_audio(tmp_path, behind):
    path = write_wav(tmp_path / "call.wav", BEEPS[None])
    path.write_bytes(path.read_bytes() + behind)
    _, samples, recording = heard(path)
    assert samples.shape[1] == len(BEEPS)
    assert recording.problems == []


@pytest.mark.parametrize("length", [0, 0x7FFFF000, 0xFFFFFFFF])
def test_a_wav_that_was_streamed_does_not_know_its_length(tmp_path, length):
    path = write_wav(tmp_path / "call.wav", BEEPS[None])
    data = path.read_bytes()
    path.write_bytes(data[:40] + struct.pack("<I", length) + data[44:])
    _, samples, recording = heard(path)
    assert samples.shape[1] == len(BEEPS)
    assert recording.problems == []


@pytest.mark.parametrize("extension", ["flac", "mp3", "ogg", "aac", "aiff", "webm"])
def test_a_file_cut_in_half_gives_its_first_half(tmp_path, extension):
    path = write(tmp_path / f"call.{extension}", np.tile(BEEPS, 4)[None])
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    _, samples, _ = heard(path)
    assert 7 * RATE_HZ < samples.shape[1] < 13 * RATE_HZ


def test_a_broken_middle_is_left_out_noted_and_moves_nothing(tmp_path):
    path = write(tmp_path / "call.flac", np.tile(BEEPS, 4)[None])
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 3000] = bytes(3000)
    path.write_bytes(data)
    _, samples, recording = heard(path)
    assert "malformed" in [problem.code for problem in recording.problems]
    assert np.abs(samples[0, round(18.2 * RATE_HZ) : round(18.8 * RATE_HZ)]).mean() > 4000
    assert samples.shape[1] == pytest.approx(20 * RATE_HZ, abs=RATE_HZ // 2)


def test_longer_than_the_limit_is_too_large_stated_or_not(tmp_path):
    path = write(tmp_path / "call.flac", BEEPS[None])
    with pytest.raises(TooLarge, match="TAMIZ_LIMITS__AUDIO_S"):
        probe(path, Limits(audio_s=4))
    data = bytearray(path.read_bytes())
    data[21] &= 0xF0  # STREAMINFO: the number of samples becomes 0, unknown
    data[22:26] = bytes(4)
    path.write_bytes(data)
    with pytest.raises(TooLarge, match="TAMIZ_LIMITS__AUDIO_S"):
        list(decode(path, Limits(audio_s=4)))


@pytest.mark.parametrize(("field", "value", "error"), [(22, 33, TooLarge), (22, 65535, RejectedInput), (24, 1, Malformed), (24, 900_000, TooLarge)])
def test_absurd_channels_and_rates_are_refused(tmp_path, field, value, error):
    path = write_wav(tmp_path / "call.wav", BEEPS[None])
    data = bytearray(path.read_bytes())
    data[field : field + (2 if field == 22 else 4)] = value.to_bytes(2 if field == 22 else 4, "little")
    struct.pack_into("<H", data, 32, min(65535, data[22] * 2 + data[23] * 512))
    path.write_bytes(data)
    with pytest.raises(error):
        list(decode(path, LIMITS))


def test_a_stated_length_the_bytes_cannot_hold_is_not_believed(tmp_path):
    path = write(tmp_path / "call.flac", BEEPS[None])
    data = bytearray(path.read_bytes())
    data[22:26] = (0xFFFFFFFF).to_bytes(4, "big")
    path.write_bytes(data)
    assert probe(path, LIMITS).duration_s == 0
    _, samples, recording = heard(path)
    assert samples.shape[1] == len(BEEPS)
    assert [(problem.code, "268435 s" in problem.message) for problem in recording.problems] == [("malformed", True)]


def test_a_cover_picture_is_not_read(tmp_path):
    path = write(tmp_path / "call.mp3", BEEPS[None])
    body = b"\0image/png\0\x03\0" + b"\x89PNG\r\n\x1a\n" + bytes(2000)
    tag = b"APIC" + struct.pack(">I", len(body)) + b"\0\0" + body
    size = len(tag)
    head = b"ID3\x03\0\0" + bytes([size >> 21 & 127, size >> 14 & 127, size >> 7 & 127, size & 127])
    path.write_bytes(head + tag + path.read_bytes())
    _, samples, _ = heard(path)
    assert samples.shape[1] == pytest.approx(len(BEEPS), abs=RATE_HZ // 10)


def test_a_seek_before_the_begin_is_refused_and_raises_nothing(tmp_path):
    """FFmpeg asks for it when a damaged header says so; PyAV would print the exception and lose its cause."""
    with write_wav(tmp_path / "call.wav", tone(1)[None]).open("rb") as file:
        seen = Input(file)
        assert (seen.seek(-5), seen.seek(1 << 70), seen.seek(44), seen.tell()) == (-1, -1, 44, 44)


def test_tags_in_no_known_encoding_do_not_matter(tmp_path):
    path = write(tmp_path / "call.flac", BEEPS[None])
    data = path.read_bytes()
    at = data.index(b"Lavf")
    path.write_bytes(data[:at] + b"\xea\xff" + data[at + 2 :])
    assert heard(path)[1].shape[1] == len(BEEPS)


def test_sniffing_needs_more_than_a_name_or_a_sync_byte():
    assert sniff(b"\xff\xfe\x00\x00") is None
    assert sniff(b"\xff\xf1\x50\x80\x02\x1f\xfc") == "aac"
    assert sniff(b"\xff\xfb\x90\x64") == "mp3"
    assert sniff(b"ID3\x04\0\0\0\0\0\x02\0\0fLaC") == "flac"
    assert sniff(b"ID3\x04\0\0\0\x7f\x7f\x7f" + bytes(100)) == "mp3"
    assert sniff(b"RIFF\0\0\0\0AVI ") is None
    assert sniff(b"#EXTM3U") is None


def test_every_media_type_names_one_container():
    types = [media_type for known in MEDIA_TYPES.values() for media_type in known]
    assert len(types) == len(set(types))
    assert {container_of(media_type) for media_type in types} == set(MEDIA_TYPES)
    assert container_of("text/plain") is None


def test_only_a_data_chunk_past_the_end_means_cut():
    head = b"RIFF\0\0\0\0WAVE" + b"LIST" + struct.pack("<I", 3) + b"abc\0" + b"data"
    assert cut_wav(head + struct.pack("<I", 1000), 500)
    assert not cut_wav(head + struct.pack("<I", 1000), 1034)
    assert not cut_wav(head + struct.pack("<I", 0xFFFFFFFF), 500)
    assert not cut_wav(head[:20], HEAD_BYTES)


def test_channels_of_different_length_are_padded_by_the_test_s_own_writer():
    assert stereo(tone(1), tone(2)).shape == (2, 2 * RATE_HZ)
