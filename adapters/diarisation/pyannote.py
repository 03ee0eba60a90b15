"""Trained diarisation by pyannote.audio 4, its models from a folder on this machine, on the processor or a CUDA device.

Speech and changes of speaker by a network over windows of ten seconds, a voice vector for each of them, clustered by VBx (Bredin 2023; Landini et al.
2022). Nothing here reaches the network: the pipeline is read from its folder, and pyannote's telemetry is switched off before it is imported.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import Any, ClassVar, Final, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from adapters import hub
from adapters.capabilities import Capabilities, Readiness
from adapters.diarisation.checkpoints import CONFIG, check
from adapters.diarisation.port import RATE_HZ, SharedChannel
from adapters.pretrained import TORCH_BYTES, is_allocation
from schemas.documents import Value
from schemas.errors import EngineOutputInvalid, ExtraMissing, MemoryLimit, ModelDamaged, ModelMissing, SettingsInvalid, TamizError, TooLarge
from schemas.transcripts import SpeakerStretch

DEFAULT_MODEL: Final = "pyannote/speaker-diarization-community-1"
"""CC BY 4.0 as its card states; its terms are accepted on the hub."""

_BYTES_A_SECOND: Final = 150_000
"""Memory a second of audio takes: 64 kB as float32, and as much again for what is known of overlapping windows, with eight speakers."""
_LIBRARIES_BYTES: Final = 300 << 20
"""Of pyannote.audio and what it imports beside torch."""
_SHORTEST_S: Final = 0.1
_ABSENT: Final = "not installed"
_REMEDY: Final = "`pip install 'tamiz[pyannote]'`"


def _installed() -> str:
    try:
        return installed_version("pyannote.audio")
    except PackageNotFoundError:
        return _ABSENT


class PyannoteDiariser:
    """Loads its pipeline on first use."""

    name: ClassVar[str] = "pyannote"
    version: ClassVar[str] = _installed()

    class Options(Value):
        """Which pipeline, where it runs, and what it may take."""

        models: Path | None = Field(
            default=None, description="folder of fetched models (`<models>/hub/<organisation>/<name>`); None: only absolute paths are found"
        )
        device: Literal["cpu", "cuda", "auto"] = Field(
            default="cpu", description="`auto` takes a CUDA device where torch sees one; a confined child sees none and stays on the processor"
        )
        threads: int = Field(default=1, ge=1, le=256, description="threads of torch; workers are processes, so 1 serves many documents best")
        allow_pickle: bool = Field(
            default=False, description="load weights whose pickles name more than plain values; those can run code of whoever made them"
        )
        model: str = Field(default=DEFAULT_MODEL, description="pipeline: an id of the hub that was fetched, or an absolute path")
        batch_size: int = Field(default=8, ge=1, le=256, description="windows at a time; more are faster on a device and take more memory")
        most_speakers: int = Field(default=8, ge=1, le=50, description="speakers looked for at most where nobody says how many there are")
        most_s: float = Field(
            default=7200.0, gt=0, description="seconds of the longest recording; each takes 150 kB of memory, and longer ones are left to `local`"
        )
        confidence: float = Field(
            default=0.8, ge=0, le=1, description="confidence of every stretch, 0 to 1; pyannote states none. 1 less the error it publishes for calls"
        )

    def __init__(self, options: Options) -> None:
        self.options = options
        self._loaded: Any = None

    @property
    def model(self) -> str:
        """The pipeline's name, with its revision when it was pulled."""
        return hub.label(self.options.model, self.options.models)

    @property
    def capabilities(self) -> Capabilities:
        """With the memory the pipeline on disk will take."""
        try:
            weights = sum(file.stat().st_size for file in self._folder().glob("*/*.bin"))
        except TamizError:
            weights = 0
        room = TORCH_BYTES + _LIBRARIES_BYTES + 2 * weights + round(self.options.most_s * _BYTES_A_SECOND)
        return Capabilities(max_bytes=round(self.options.most_s * RATE_HZ) * 2, resident_bytes=room, provides=("stretches",))

    def ready(self) -> Readiness:
        """Whether package and pipeline are on this machine; nothing is loaded."""
        if self.version == _ABSENT:
            return Readiness(ok=False, reason=f"the diariser pyannote needs {_REMEDY}")
        try:
            folder = self._folder()
        except TamizError as error:
            return Readiness(ok=False, reason=error.message)
        return Readiness(ok=True, reason=f"{self.model} in {folder}")

    def separate(self, audio: SharedChannel, speakers: int | None = None) -> tuple[SpeakerStretch, ...]:
        """Who speaks when; speakers count from 1 in order of their first word. Raises as the port says, and `ExtraMissing`."""
        if audio.size_bytes > (self.capabilities.max_bytes or 0):
            raise TooLarge(f"the recording lasts {audio.duration_s:.0f} s; pyannote is set to take {self.options.most_s:.0f} (option most_s)")
        pipeline = self._pipeline()
        samples = _samples(audio.blocks())
        if len(samples) < _SHORTEST_S * RATE_HZ or not samples.any():
            return ()
        import torch

        heard = {"waveform": torch.from_numpy(samples)[None], "sample_rate": RATE_HZ}
        wanted = {"num_speakers": speakers} if speakers else {"max_speakers": self.options.most_speakers}
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of numbers of speakers that do not come out, and of windows without speech
                answer = pipeline(heard, **wanted)
        except (RuntimeError, ValueError, IndexError, ArithmeticError, MemoryError) as error:
            if is_allocation(error):
                raise MemoryLimit("pyannote does not fit into memory; lower batch_size or most_s, or raise TAMIZ_CHILD_MEMORY_BYTES") from error
            raise EngineOutputInvalid(f"pyannote failed on the audio ({type(error).__name__}); try another model or version") from error
        found = getattr(answer, "exclusive_speaker_diarization", answer)
        spans = sorted((segment.start, segment.end, label) for segment, _, label in found.itertracks(yield_label=True))
        return self._stretches(spans, len(samples) / RATE_HZ)

    def _stretches(self, spans: Iterable[tuple[float, float, str]], end_s: float) -> tuple[SpeakerStretch, ...]:
        """Within the audio, one after the other, numbered."""
        numbers: dict[str, int] = {}
        stretches: list[SpeakerStretch] = []
        for start, end, label in spans:
            start_s = round(max(start, stretches[-1].end_s if stretches else 0.0), 3)
            stop_s = round(min(end, end_s), 3)
            if stop_s > start_s:
                speaker = numbers.setdefault(label, len(numbers) + 1)
                stretches.append(SpeakerStretch(start_s=start_s, end_s=stop_s, speaker=speaker, confidence=self.options.confidence))
        return tuple(stretches)

    def _folder(self) -> Path:
        return hub.find("diarisation", self.options.model, self.options.models, CONFIG)

    def _pipeline(self) -> Any:
        if self._loaded is None:
            library = _library()
            folder = self._folder()
            check(folder, self.options.allow_pickle)
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")  # of parts of libraries that are not used here
                    pipeline = library.Pipeline.from_pretrained(folder)
            except Exception as error:  # classes of the pipeline raise what they like for files they cannot read
                if is_allocation(error):
                    raise MemoryLimit(f"the pipeline in {folder} does not fit into memory; raise TAMIZ_CHILD_MEMORY_BYTES") from error
                raise ModelDamaged(f"the pipeline in {folder} cannot be loaded ({type(error).__name__}); fetch the model again") from error
            if pipeline is None:
                raise ModelMissing(f"the folder {folder} holds no pipeline; fetch the model again")
            pipeline.segmentation_batch_size = pipeline.embedding_batch_size = self.options.batch_size
            self._loaded = self._placed(pipeline)
        return self._loaded

    def _placed(self, pipeline: Any) -> Any:
        import torch

        torch.set_num_threads(self.options.threads)
        wanted = self.options.device
        if wanted == "cuda" and not torch.cuda.is_available():
            raise SettingsInvalid("device=cuda, and torch sees no CUDA device in this process; set device to auto or cpu, or mend the driver")
        return pipeline.to(torch.device("cuda" if wanted != "cpu" and torch.cuda.is_available() else "cpu"))


def _library() -> Any:
    """The module `pyannote.audio`, telling nobody that it runs."""
    os.environ["PYANNOTE_METRICS_ENABLED"] = "0"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of torchcodec, by which nothing is decoded here
            import pyannote.audio
    except OSError as error:
        raise ExtraMissing("pyannote.audio cannot be imported: torchaudio is built for another torch; install both from the same index") from error
    except ImportError as error:
        raise ExtraMissing(f"pyannote.audio cannot be imported ({error.name or error}); {_REMEDY}") from error
    return pyannote.audio


def _samples(blocks: Iterable[bytes]) -> NDArray[np.float32]:
    """All audio, -1 to 1."""
    pcm = bytearray()
    for block in blocks:
        pcm += block
    samples = np.frombuffer(pcm, "<i2").astype(np.float32)
    samples /= 32_768
    return samples
