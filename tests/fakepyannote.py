"""A stand-in for pyannote.audio with the names of its version 4 that Tamiz uses, as a package on disk; and folders in the form of its pipelines.

It is a fake: it calls loud noise one voice and the rest another. Where the real package is installed, the same tests run over it as well, on a
pipeline of its own classes with weights nobody trained.
"""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path

CONFIG = """\
dependencies:
  pyannote.audio: 4.0.0
pipeline:
  name: pyannote.audio.pipelines.SpeakerDiarization
  params:
    clustering: VBxClustering
    segmentation: $model/segmentation
    segmentation_batch_size: 32
    embedding: $model/embedding
    embedding_batch_size: 32
    embedding_exclude_overlap: true
    plda: $model/plda
params:
  clustering:
    threshold: 0.6
    Fa: 0.07
    Fb: 0.8
  segmentation:
    min_duration_off: 0.0
"""

_PACKAGE = """
import os
import warnings
from dataclasses import dataclass
from pathlib import Path
import numpy as np
import torch

assert os.environ["PYANNOTE_METRICS_ENABLED"] == "0", "it would tell its makers"
warnings.warn("torchcodec is not installed correctly so built-in audio decoding will fail.")


@dataclass
class Segment:
    start: float
    end: float


class Annotation:
    def __init__(self, tracks):
        self._tracks = tracks

    def itertracks(self, yield_label=False):
        assert yield_label
        for number, (start, end, label) in enumerate(self._tracks):
            yield Segment(start, end), str(number), label


@dataclass
class DiarizeOutput:
    speaker_diarization: Annotation
    exclusive_speaker_diarization: Annotation
    speaker_embeddings: object = None


class Pipeline:
    segmentation_batch_size = embedding_batch_size = 32

    @classmethod
    def from_pretrained(cls, checkpoint):
        for part in ("segmentation", "embedding"):
            torch.load(Path(checkpoint) / part / "pytorch_model.bin", weights_only=False)
        return cls()

    def to(self, device):
        assert isinstance(device, torch.device)
        return self

    def __call__(self, file, num_speakers=None, max_speakers=None):
        waveform, rate = file["waveform"], file["sample_rate"]
        assert waveform.dtype == torch.float32 and waveform.ndim == 2 and len(waveform) == 1 and rate == 16000
        warnings.warn("The detected number of speakers is outside the given bounds")
        seconds = waveform[0].numpy()[: len(waveform[0]) // rate * rate].reshape(-1, rate)
        crossings = (np.diff(np.sign(seconds), axis=1) != 0).mean(axis=1)
        labels = ["SPEAKER_00" if num_speakers == 1 or rough > 0.2 else "SPEAKER_01" for rough in crossings]
        tracks = []
        for second, label in enumerate(labels):
            if tracks and tracks[-1][2] == label:
                tracks[-1] = (tracks[-1][0], second + 1.0, label)
            else:
                tracks.append((second + 0.03, second + 1.0, label))
        tracks[-1:] = [(start, end + 4.0, label) for start, end, label in tracks[-1:]]  # the real one runs on into its last window
        return DiarizeOutput(Annotation(tracks + tracks[:1]), Annotation(tracks))
"""


def install(site: Path) -> None:
    """Write the package and what says its version into `site`, a folder that stands on `sys.path`."""
    package = site / "pyannote" / "audio"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(textwrap.dedent(_PACKAGE))
    told = site / "pyannote_audio-4.0.7.dist-info"
    told.mkdir()
    (told / "METADATA").write_text("Metadata-Version: 2.1\nName: pyannote-audio\nVersion: 4.0.7\n")


def forget() -> None:
    """Whatever of it was imported."""
    for name in [name for name in sys.modules if name.split(".")[0] == "pyannote" or name == "adapters.diarisation.pyannote"]:
        del sys.modules[name]


def pipeline(folder: Path) -> Path:
    """A folder in the form of `pyannote/speaker-diarization-community-1`, its checkpoints holding plain tensors."""
    import torch

    for part in ("segmentation", "embedding"):
        (folder / part).mkdir(parents=True)
        torch.save({"state_dict": {"weight": torch.zeros(4)}}, folder / part / "pytorch_model.bin")
    (folder / "plda").mkdir()
    for name in ("plda.npz", "xvec_transform.npz"):
        (folder / "plda" / name).write_bytes(b"")
    (folder / "config.yaml").write_text(CONFIG)
    return folder
