"""The engines of chaos runs: null ones that are instant and repeatable, misbehaving ones that do what their input says."""

from __future__ import annotations

import array
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from adapters.imaging import PageImage
from adapters.registry import create, names
from adapters.stt.port import ChannelAudio
from schemas.errors import ModelMissing, ServiceUnavailable
from schemas.pages import Page
from schemas.transcripts import Transcript

ROOT = Path(__file__).parents[2]
PLUGIN = ROOT / "adapters" / "testing" / "plugin"
ALLOWED = [f"{family}:{name}" for family in ("ocr", "stt", "nlp") for name in ("null", "misbehaving")]
MARK = "TAMIZ-MISBEHAVE:"


@pytest.fixture(autouse=True)
def plugin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(PLUGIN))


def image(data: str) -> PageImage:
    return PageImage(encoded=data.encode(), width_px=100, height_px=50)


def audio(data: str) -> ChannelAudio:
    return ChannelAudio(pcm=data.ljust(3200, ".").encode(), offset_s=5.0)


def engine(family: str, name: str, **options: Any) -> Any:
    return create(family, name, options, allowed_plugins=ALLOWED)


def call(family: str, name: str, data: str, **options: Any) -> Callable[[], Any]:
    """One call of a fresh engine's only verb."""
    made = engine(family, name, **options)
    calls: dict[str, Callable[[], Any]] = {
        "ocr": lambda: made.read(image(data)),
        "stt": lambda: made.recognize(audio(data)),
        "nlp": lambda: made.analyze([data]),
    }
    return calls[family]


FAMILIES = pytest.mark.parametrize("family", ["ocr", "stt", "nlp"])


def test_they_are_never_built_in() -> None:
    for family in ("ocr", "stt", "nlp"):
        assert not {"null", "misbehaving"} & set(names(family))
        assert {"null", "misbehaving"} <= set(names(family, ALLOWED))


@FAMILIES
def test_null_engines_repeat_themselves_and_tell_inputs_apart(family: str) -> None:
    assert call(family, "null", "one")() == call(family, "null", "one")()
    texts = {call(family, "null", f"input {number}")() for number in range(20)}
    assert len(texts) > 1


def test_the_null_reader_reads_one_line_with_a_price() -> None:
    (line,) = call("ocr", "null", "x")().lines
    assert line.text.startswith("Product ")
    assert line.text.endswith(" €")


def test_the_null_recogniser_counts_from_the_recording_s_start_and_hears_nothing_in_silence() -> None:
    heard = call("stt", "null", "x")()
    assert heard.segments[0].start_s == 5.0
    assert heard.duration_s == heard.segments[0].end_s == pytest.approx(5.1)
    silence = array.array("h", [0] * 1600).tobytes()
    assert engine("stt", "null").recognize(ChannelAudio(pcm=silence)).segments == ()


def test_the_null_analyst_points_at_its_term() -> None:
    (found,) = engine("nlp", "null").analyze(["  Creamy and good"])
    assert (found.terms[0].term, found.terms[0].char_start, found.terms[0].char_end) == ("Creamy", 2, 8)
    assert engine("nlp", "null").analyze([""])[0].terms == ()


@FAMILIES
def test_an_input_without_a_mark_is_answered_as_by_the_null_engine(family: str) -> None:
    assert str(call(family, "misbehaving", "x")()).replace("misbehaving", "null") == str(call(family, "null", "x")())


@FAMILIES
def test_a_fault_that_heals(family: str) -> None:
    attempt = call(family, "misbehaving", f"{MARK}transient=2;")
    for _ in range(2):
        with pytest.raises(ServiceUnavailable):
            attempt()
    assert attempt() == attempt()


def test_a_fault_is_counted_across_engines_where_a_folder_is_given(tmp_path: Path) -> None:
    with pytest.raises(ServiceUnavailable):
        call("ocr", "misbehaving", f"{MARK}transient", counts=tmp_path)()
    assert call("ocr", "misbehaving", f"{MARK}transient", counts=tmp_path)().lines


def test_a_folder_that_cannot_be_written_falls_back_to_memory(tmp_path: Path) -> None:
    attempt = call("ocr", "misbehaving", f"{MARK}transient", counts=tmp_path / "missing")
    with pytest.raises(ServiceUnavailable):
        attempt()
    assert attempt().lines


@FAMILIES
def test_faults_that_stay(family: str) -> None:
    for _ in range(2):
        with pytest.raises(ModelMissing):
            call(family, "misbehaving", f"{MARK}terminal")()
        with pytest.raises(Exception, match="nobody typed"):
            call(family, "misbehaving", f"{MARK}untyped")()


def test_garbage_is_no_valid_output() -> None:
    with pytest.raises(ValidationError):
        Page.model_validate(call("ocr", "misbehaving", f"{MARK}garbage")().model_dump(warnings=False))
    with pytest.raises(ValidationError):
        Transcript.model_validate(call("stt", "misbehaving", f"{MARK}garbage")().model_dump(warnings=False))
    assert len(call("nlp", "misbehaving", f"{MARK}garbage")()) == 2


def test_the_plan_reaches_inputs_without_a_mark() -> None:
    import hashlib

    plan = [{"sha256": hashlib.sha256(b"poor").hexdigest()[:8], "behaviour": "terminal"}]
    with pytest.raises(ModelMissing):
        call("ocr", "misbehaving", "poor", plan=plan)()
    assert call("ocr", "misbehaving", "lucky", plan=plan)().lines


def test_slowness_is_slept(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    assert call("ocr", "misbehaving", f"{MARK}slow=2.5;")().lines
    assert slept == [2.5]


def program(data: str) -> list[str]:
    code = (
        "import sys; from adapters.registry import create; from adapters.imaging import PageImage\n"
        "engine = create('ocr', 'misbehaving', allowed_plugins=['ocr:misbehaving'])\n"
        "print('ready', flush=True)\n"
        "engine.read(PageImage(encoded=sys.argv[1].encode(), width_px=1, height_px=1))"
    )
    return [sys.executable, "-c", code, data]


ENVIRONMENT = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{PLUGIN}"}


@pytest.mark.parametrize("behaviour, end", [("kill", signal.SIGKILL), ("segfault", signal.SIGSEGV)])
def test_an_engine_that_dies(behaviour: str, end: signal.Signals) -> None:
    done = subprocess.run(program(MARK + behaviour), env=ENVIRONMENT, capture_output=True, timeout=60, check=False)
    assert done.returncode == -end


def test_an_engine_that_eats_memory() -> None:
    import resource

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (1024**3, 1024**3))

    done = subprocess.run(program(f"{MARK}memory"), env=ENVIRONMENT, capture_output=True, timeout=60, check=False, preexec_fn=limited)
    assert b"MemoryError" in done.stderr


def test_an_engine_that_hangs_and_ignores_the_request_to_stop() -> None:
    with subprocess.Popen(program(f"{MARK}hang"), env=ENVIRONMENT, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        ignores = f"/proc/{process.pid}/status"
        deadline = time.monotonic() + 30
        while not sigterm_ignored(ignores):
            assert time.monotonic() < deadline
            time.sleep(0.01)
        process.terminate()
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.3)
        process.kill()


def sigterm_ignored(status: str) -> bool:
    line = next(line for line in Path(status).read_text().splitlines() if line.startswith("SigIgn:"))
    return bool(int(line.split()[1], 16) & 1 << (signal.SIGTERM - 1))
