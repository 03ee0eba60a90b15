"""`python -m benchmarks.recognition DIR`: each recogniser through the service beside the bare one, on short clips and on one long recording of them.

DIR holds labelled recordings (`file`, `ref`, `language`; see docs/accuracy.md). Clips of the language are written as mono WAV at 16 kHz, and, one
after another with their pauses, as a recording of `--minutes`; both sides hear the same files. Bare is the library as its own documentation uses it,
in a process of its own; ours is the pipeline in the service's confined children. Word errors are against the references, work is processor time of
all processes, memory that of the child. `--workers` drops the long recording into a running service of one worker and of two: seconds to SQL.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
import wave
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from threading import Event, Thread

import numpy as np
import psutil

from adapters.decoding.audio import decode
from benchmarks.bare_recognisers import ENGINES, RATE_HZ
from benchmarks.measurement import machine, say, write_section
from benchmarks.service import Service, commit, end_on_sigterm
from schemas.documents import Kind, State
from schemas.settings import Limits, Settings
from workers.container import Container, read_settings
from workers.evaluation.calls.gold import Recording, read_calls
from workers.evaluation.calls.heard import text_of, utterances
from workers.evaluation.calls.words import WordErrors, together, word_errors
from workers.oneshot import OneShot

HEADING = "Recognisers, through the service and bare"
MODEL_OF = {"faster-whisper": "hub/Systran/faster-whisper-small", "transformers": "hub/openai/whisper-small"}
"""Where `tamiz models pull stt` puts a size, below the folder of models."""
WAIT_S = 36_000.0


@dataclass(frozen=True)
class Clip:
    """A mono WAV file and what is said in it; None where nobody wrote it down."""

    path: Path
    said: str | None
    seconds: float


@dataclass(frozen=True)
class Heard:
    """What one side made of some clips, and what it took."""

    texts: tuple[str, ...]
    processor_s: float
    wall_s: float
    peak_bytes: int
    memory: tuple[int, ...] = ()
    """Resident bytes of the child, a look a second."""


def main() -> int:
    """0 when every recogniser keeps within a point of word error and 1.05 times the work."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.recognition", description=__doc__)
    parser.add_argument("place", type=Path, metavar="DIR")
    parser.add_argument("--stt", default="pocketsphinx", help="comma-separated: " + ", ".join(ENGINES))
    parser.add_argument("--models", type=Path, help="folder of fetched models (`DIR/models` of a deployment), size `small`")
    parser.add_argument("--tiny", action="store_true", help="build the tests' tiny Whisper, which says one sentence whatever it hears")
    parser.add_argument("--language", default="en", help="clips of this language, and those that state none")
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--workers", action="store_true", help="also the long recording through a running service, one worker and two")
    parser.add_argument("--page", action="store_true", help="write the table into docs/benchmarks.md")
    asked = parser.parse_args()
    end_on_sigterm()
    about = machine()
    with tempfile.TemporaryDirectory(prefix="tamiz-bench-") as name:
        folder = Path(name)
        models = _tiny(folder / "tiny") if asked.tiny else asked.models
        clips = clips_of(asked.place, folder, asked.language)
        long = one_after_another(clips, asked.minutes * 60, folder / "long.wav")
        rows, kept = [], []
        for stt in asked.stt.split(","):
            engine = Engine(stt, models, asked.language)
            for what, files in ((f"{len(clips)} clips", clips), (f"{long.seconds / 60:.0f} min", [long])):
                say(f"{stt}, {what} ...")
                rows.append(Row(stt, what, files, engine.bare(files), engine.service(files, folder)))
                kept.append(rows[-1].kept)
                say("  " + rows[-1].cells)
            if asked.workers:
                one, two = (engine.seconds_to_sql(long, folder / f"up-{slots}", slots) for slots in (1, 2))
                say(f"{stt}, {long.seconds / 60:.0f} min to SQL: one worker {one:.0f} s, two {two:.0f} s: {one / two:.2f}x")
    table = _table(rows, about)
    print(table)
    if asked.page:
        write_section(HEADING, table)
    return 0 if all(kept) else 1


@dataclass(frozen=True)
class Engine:
    """A recogniser, by the name of our adapter."""

    stt: str
    models: Path | None
    language: str

    def bare(self, clips: Sequence[Clip]) -> Heard:
        """The library alone, in a process of its own."""
        model = ["--model", str(self.models / MODEL_OF[self.stt])] if self.models and self.stt in MODEL_OF else []
        asked = ["--language", self.language, *model, self.stt, *(str(clip.path) for clip in clips)]
        started = time.perf_counter()
        done = subprocess.run([sys.executable, "-m", "benchmarks.bare_recognisers", *asked], capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"the bare {self.stt} failed: {done.stderr[-500:]}")
        told = json.loads(done.stdout.splitlines()[-1])
        return Heard(tuple(told["texts"]), told["processor_s"], time.perf_counter() - started, told["peak_bytes"])

    def service(self, clips: Sequence[Clip], folder: Path) -> Heard:
        """The pipeline in a confined child of `tamiz extract`, one document after another."""
        before, started = _children_s(), time.perf_counter()
        with OneShot(Container(self.settings(folder / "var"))) as shot:
            watch = _Watch()
            watch.start()
            lines = [shot.extract(clip.path, Kind.CALL, {"language": self.language}) for clip in clips]
            watch.stop()
        for line in lines:
            if "error" in line:
                raise RuntimeError(f"{line['source_uri']}: {line['error']['message']}")
        texts = tuple(text_of(utterances(line)) for line in lines)
        return Heard(texts, _children_s() - before, time.perf_counter() - started, max(watch.seen, default=0), tuple(watch.seen))

    def settings(self, data: Path) -> Settings:
        """Those of a deployment at `data`, with a time limit that a busy machine keeps too."""
        options = {"stt": {self.stt: {"models": str(self.models)}}} if self.models and self.stt in MODEL_OF else {}
        return read_settings(data=data, stt=self.stt, options=options, document_timeout_s=WAIT_S)

    def seconds_to_sql(self, clip: Clip, data: Path, slots: int) -> float:
        """From the drop of the recording to its rows, through a running service."""
        settings = {"TAMIZ_SLOTS": str(slots), "TAMIZ_STT": self.stt, "TAMIZ_DOCUMENT_TIMEOUT_S": f"{WAIT_S:.0f}"}
        if self.models and self.stt in MODEL_OF:
            settings["TAMIZ_OPTIONS"] = json.dumps({"stt": {self.stt: {"models": str(self.models)}}})
        service = Service(data, settings)
        box = Container(read_settings(data=service.data))
        try:
            service.start()
            beside = service.bucket / "calls" / ".long.part"
            beside.parent.mkdir(parents=True, exist_ok=True)
            beside.write_bytes(clip.path.read_bytes())
            started = time.perf_counter()
            beside.rename(service.bucket / "calls" / "long.wav")
            while not (counts := box.ledger.counts().by_state).get(State.LOADED, 0):
                if counts.get(State.DEAD, 0) + counts.get(State.REJECTED, 0) or time.perf_counter() - started > WAIT_S:
                    raise RuntimeError(f"the recording was not loaded: {counts}")
                time.sleep(0.1)
            return time.perf_counter() - started
        finally:
            service.stop()
            box.ledger.close()


@dataclass(frozen=True)
class Row:
    """One recogniser on one kind of files, both ways."""

    stt: str
    what: str
    clips: Sequence[Clip]
    bare: Heard
    ours: Heard

    def errors(self, heard: Heard) -> WordErrors:
        """Against what was said."""
        pairs = zip(self.clips, heard.texts, strict=True)
        return together(word_errors(clip.said, text, None) for clip, text in pairs if clip.said is not None)

    @property
    def apart(self) -> WordErrors:
        """Ours against the bare recogniser's text: how much the two differ, whoever is right."""
        return together(word_errors(bare, ours, None) for bare, ours in zip(self.bare.texts, self.ours.texts, strict=True))

    @property
    def work(self) -> float:
        """Our processor time by the bare recogniser's."""
        return self.ours.processor_s / self.bare.processor_s

    @property
    def kept(self) -> bool:
        """At most a point more word errors, at most 1.05 times the work."""
        return self.errors(self.ours).rate - self.errors(self.bare).rate <= 0.01 and self.work <= 1.05

    @property
    def cells(self) -> str:
        """The row of the table."""
        seconds = sum(clip.seconds for clip in self.clips)
        bare, ours = self.errors(self.bare), self.errors(self.ours)
        factors = f"{self.bare.processor_s / seconds:.3f} | {self.ours.processor_s / seconds:.3f} | {self.work:.3f}"
        walls = f"{self.bare.wall_s / seconds:.3f} | {self.ours.wall_s / seconds:.3f}"
        memory = f"{self.bare.peak_bytes >> 20} | {self.ours.peak_bytes >> 20} | {_growth(self.ours.memory)}"
        return f"{self.stt} | {self.what} | {bare.rate:.4f} | {ours.rate:.4f} | {self.apart.rate:.4f} | {factors} | {walls} | {memory}"


def _table(rows: Sequence[Row], about: str) -> str:
    head = (
        "recogniser | audio | WER bare | WER ours | ours against bare | processor by real time: bare | ours | ratio | wall: bare | ours | "
        "peak MB: bare | child | child's last third less its second"
    )
    lines = [f"| {head} |", "|" + "---|" * (head.count("|") + 1), *(f"| {row.cells} |" for row in rows)]
    return "\n".join(lines) + f"\n\n{about}, {commit()}\n"


def _growth(memory: Sequence[int]) -> str:
    """How much more was resident in the last third of a run than in the third before, MB; nothing for a short run."""
    third = len(memory) // 3
    return f"{(max(memory[-third:]) - max(memory[third : 2 * third])) / 1024**2:+.1f}" if third >= 10 else "-"


def clips_of(place: Path, folder: Path, language: str) -> list[Clip]:
    """The labelled clips of a language as mono WAV: the first channel, decoded once for both sides."""
    found = []
    for number, one in enumerate(read_calls(place).items):
        if isinstance(one, Recording) and one.said is not None and (one.language or language).partition("-")[0] == language:
            samples = np.concatenate([block.samples[0] for block in decode(one.path, Limits())])
            found.append(Clip(_written(folder / f"{number:02}.wav", samples), one.said, len(samples) / RATE_HZ))
    return found


def one_after_another(clips: Sequence[Clip], seconds: float, path: Path) -> Clip:
    """A recording of at least `seconds`: the clips with the pauses they have, again from the first where they end."""
    said, total = [], 0.0
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE_HZ, 0, "NONE", ""))
        for clip in cycle(clips):
            if total >= seconds:
                break
            with wave.open(str(clip.path)) as one:
                file.writeframes(one.readframes(one.getnframes()))
            said.append(clip.said or "")
            total += clip.seconds
    return Clip(path, " ".join(said), total)


def _written(path: Path, samples: np.ndarray) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE_HZ, 0, "NONE", ""))
        file.writeframes(samples.astype("<i2").tobytes())
    return path


def _tiny(folder: Path) -> Path:
    from tests import tinyspeech

    folder.mkdir()
    return tinyspeech.shared(folder)


def _children_s() -> float:
    """Processor time of all children of this process that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


class _Watch(Thread):
    """Looks once a second at what our children keep resident, the largest of them."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self._ended = Event()
        self.seen: list[int] = []

    def run(self) -> None:
        while not self._ended.wait(1.0):
            try:
                self.seen.append(max((child.memory_info().rss for child in psutil.Process().children(recursive=True)), default=0))
            except psutil.Error:
                continue

    def stop(self) -> None:
        self._ended.set()
        self.join()


if __name__ == "__main__":
    sys.exit(main())
