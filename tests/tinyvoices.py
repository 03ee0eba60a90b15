"""A pipeline of pyannote.audio's own classes, tiny and untrained, saved in the form of `pyannote/speaker-diarization-community-1`.

Its segmentation says that one person talks all the time; which of them, its random voice vectors tell, which differ for sounds that differ.
"""

from __future__ import annotations

import os
import warnings
from pathlib import Path
from typing import Any

import numpy as np

from tests.fakepyannote import CONFIG

_VECTOR = 16


def pipeline(folder: Path) -> Path:
    """The folder, made."""
    os.environ["PYANNOTE_METRICS_ENABLED"] = "0"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of parts of libraries that are not used, and of filters too fine for 128 bands
        _networks(folder)
    (folder / "plda").mkdir()
    np.savez(folder / "plda" / "xvec_transform.npz", mean1=np.zeros(_VECTOR), mean2=np.zeros(_VECTOR), lda=np.eye(_VECTOR))
    mixing = np.eye(_VECTOR) + 0.01 * np.random.default_rng(0).normal(size=(_VECTOR, _VECTOR))
    np.savez(folder / "plda" / "plda.npz", mu=np.zeros(_VECTOR), tr=mixing, psi=np.linspace(2, 1, _VECTOR))
    (folder / "config.yaml").write_text(CONFIG)
    return folder


def _networks(folder: Path) -> None:
    import torch
    from pyannote.audio.core.task import Problem, Resolution, Specifications
    from pyannote.audio.models.embedding import XVectorMFCC
    from pyannote.audio.models.segmentation import PyanNet

    torch.manual_seed(0)
    talks = PyanNet(lstm={"hidden_size": 8, "num_layers": 1}, linear={"hidden_size": 8, "num_layers": 1})
    frames = {"duration": 5.0, "classes": ["a", "b"], "powerset_max_classes": 2, "permutation_invariant": True}
    talks.specifications = Specifications(problem=Problem.MONO_LABEL_CLASSIFICATION, resolution=Resolution.FRAME, **frames)
    talks.build()
    with torch.no_grad():
        talks.classifier.weight.zero_()
        talks.classifier.bias[:] = torch.tensor([0.0, 5.0, 0.0, 0.0])
    voice = XVectorMFCC(dimension=_VECTOR)
    voice.specifications = Specifications(problem=Problem.REPRESENTATION, resolution=Resolution.CHUNK, duration=5.0, classes=["x"])
    _save(talks, folder / "segmentation")
    _save(voice, folder / "embedding")


def _save(model: Any, folder: Path) -> None:
    """As Lightning writes a checkpoint."""
    import lightning
    import torch

    folder.mkdir(parents=True)
    checkpoint = {"state_dict": model.state_dict(), "hyper_parameters": dict(model.hparams), "pytorch-lightning_version": lightning.__version__}
    model.on_save_checkpoint(checkpoint)
    torch.save(checkpoint, folder / "pytorch_model.bin")
