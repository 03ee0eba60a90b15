"""What a pyannote pipeline on disk may be made of: its own files only, its own class only, weights whose pickles name nothing that could run code.

pyannote.audio loads its checkpoints with the full unpickler (4.0), and makes whatever class a `config.yaml` names; so both are read here first.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any, Final

from schemas.errors import ModelDamaged, ModelMissing

CONFIG: Final = "config.yaml"
WEIGHTS: Final = "pytorch_model.bin"

_CLASSES: Final = {"pyannote.audio.pipelines.SpeakerDiarization", "pyannote.audio.pipelines.speaker_diarization.SpeakerDiarization"}
_PARTS: Final = ("segmentation", "embedding", "plda")
_OWN: Final = re.compile(r"\$model/([A-Za-z0-9_-]+)")
_PLAIN: Final = {
    "pyannote.audio.core.task.Problem",
    "pyannote.audio.core.task.Resolution",
    "pyannote.audio.core.task.Specifications",
    "pytorch_lightning.callbacks.early_stopping.EarlyStopping",
    "pytorch_lightning.callbacks.model_checkpoint.ModelCheckpoint",
    "torch.torch_version.TorchVersion",
}
"""Classes that hold values and nothing else, beyond those torch takes for such itself."""


def check(folder: Path, allow_pickle: bool) -> None:
    """Raises `ModelMissing` for what is no self-contained pipeline or could run code, `ModelDamaged` for files that cannot be read."""
    for part in _parts(folder):
        weights = folder / part / WEIGHTS
        if part == "plda":
            _present(folder / part / "plda.npz", folder / part / "xvec_transform.npz")
            continue
        _present(weights)
        if not allow_pickle and (unknown := sorted(_globals(weights) - _PLAIN)):
            raise ModelMissing(f"the weights in {weights} name {', '.join(unknown)[:300]}, which could run code; take another, or set allow_pickle")


def _parts(folder: Path) -> list[str]:
    """Subfolders of the pipeline's parts."""
    import yaml

    try:
        config: Any = yaml.safe_load((folder / CONFIG).read_text("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ModelDamaged(f"{folder / CONFIG} cannot be read ({type(error).__name__}); fetch the model again") from error
    pipeline = config.get("pipeline") if isinstance(config, dict) else None
    if not isinstance(pipeline, dict) or pipeline.get("name") not in _CLASSES or config.keys() - {"dependencies", "version", "pipeline", "params"}:
        raise ModelMissing(
            f"{folder / CONFIG} is no plain pipeline of speaker diarisation; take pyannote/speaker-diarization-community-1 or one of its form"
        )
    stated = pipeline.get("params")
    params: dict[str, Any] = stated if isinstance(stated, dict) else {}
    own = {part: _OWN.fullmatch(str(params.get(part))) for part in _PARTS}
    if missing := [part for part, found in own.items() if found is None]:
        raise ModelMissing(
            f"the pipeline in {folder} does not hold its {' and '.join(missing)} itself (`$model/...`); take one in the form of version 4, "
            "as pyannote/speaker-diarization-community-1"
        )
    return [found[1] for found in own.values() if found]


def _present(*files: Path) -> None:
    for file in files:
        if not file.is_file():
            raise ModelMissing(f"{file} is missing; fetch the model again")


def _globals(weights: Path) -> set[str]:
    """Names in a checkpoint that torch does not take for plain values."""
    import torch

    if not zipfile.is_zipfile(weights):
        raise ModelDamaged(f"{weights} is no checkpoint of torch; fetch the model again")
    try:
        return set(torch.serialization.get_unsafe_globals_in_checkpoint(weights))
    except Exception as error:  # a damaged pickle may raise anything
        raise ModelDamaged(f"{weights} cannot be read ({type(error).__name__}); fetch the model again") from error
