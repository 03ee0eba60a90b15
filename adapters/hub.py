"""Models of the Hugging Face hub on this machine: where they lie and how they are found. Fetching them is `adapters.pulling`, an explicit act.

A model is named by its id on the hub (`organisation/name`) or by an absolute path. Those with an id lie under `<models>/hub/<organisation>/<name>`;
a folder in reach of documents (the confined child reads `<models>` and nothing of a home directory), never the hub's own cache.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Final

from schemas.errors import ModelMissing, SettingsInvalid

MANIFEST: Final = "tamiz-model.json"
"""Written last by a complete pull: revision, files, sizes, checksums."""

_ID = re.compile(r"[A-Za-z0-9][\w.-]*(/[A-Za-z0-9][\w.-]*)?", re.ASCII)


def place(models: Path, name: str) -> Path:
    """The folder that holds, or would hold, the model with the id `name`. Raises `SettingsInvalid` for what is no id."""
    if not _ID.fullmatch(name) or ".." in name:
        raise SettingsInvalid(f"{name[:100]!r} is no model's name; write organisation/name as on the hub, or an absolute path")
    return models / "hub" / name


def find(family: str, name: str, models: Path | None, sign: str = "config.json") -> Path:
    """The folder of a model on this machine; `sign` is the file that tells it is one.

    Raises `ModelMissing` naming the command that fetches it, `SettingsInvalid` for an impossible name.
    """
    if Path(name).is_absolute():
        if _readable(Path(name), sign):
            return Path(name)
        raise ModelMissing(f"there is no model in {name} (no {sign}); mend the path, or name a model of the hub and fetch it")
    fetch = f"fetch it once with `tamiz models pull {family} {name}`"
    if models is None:
        raise ModelMissing(f"the model {name} is not on this machine: no folder of models is set (option `models`); {fetch}")
    folder = place(models, name)
    if _readable(folder, sign):
        return folder
    raise ModelMissing(f"the model {name} is not on this machine ({folder} holds none); {fetch}, or give an absolute path")


def _readable(folder: Path, sign: str) -> bool:
    """Whether a model is there. Raises `ModelMissing` where it must not be read: a confined child sees a file's name and may not open it."""
    try:
        with (folder / sign).open("rb"):
            return True
    except PermissionError as error:
        raise ModelMissing(f"the model in {folder} must not be read from here; fetch it by its name into the folder of models") from error
    except OSError:
        return False


def label(name: str, models: Path | None) -> str:
    """What rows call the model: its name, and the first 8 digits of its revision when it was pulled. Reads one small file at most."""
    folder = Path(name) if Path(name).is_absolute() else None if models is None else place(models, name)
    shown = folder.name if folder and Path(name).is_absolute() else name
    if folder is None:
        return shown
    try:
        revision = json.loads((folder / MANIFEST).read_text("utf-8")).get("revision")
    except (OSError, ValueError, AttributeError):
        return shown
    return f"{shown}@{revision[:8]}" if isinstance(revision, str) and revision else shown


def weights_bytes(folder: Path, dtype: str) -> int:
    """Memory of a model's weights in the number format `dtype`, by the size of their files and the format their config states (else float32)."""
    size = sum(file.stat().st_size for pattern in ("*.safetensors", "model.bin", "pytorch_model*.bin") for file in folder.glob(pattern))
    try:
        config = json.loads((folder / "config.json").read_text("utf-8"))
        stored = str(config.get("dtype") or config.get("torch_dtype"))
    except (OSError, ValueError, AttributeError):
        stored = "float32"
    return size * (2 if dtype.endswith("16") else 4) // (2 if stored.endswith("16") else 4)
