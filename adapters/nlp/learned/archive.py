"""A fitted model as a folder: `weights.npz` (arrays, never pickled objects) and `model.json`, its card, which holds the sha256 of the weights.

A reader trusts nothing: sizes come before allocation, every array must be one that the reader asked for, of the kind it asked for.
"""

from __future__ import annotations

import hashlib
import io
import json
import math
import os
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from schemas.errors import ModelDamaged, ModelMissing

WEIGHTS: Final = "weights.npz"
CARD: Final = "model.json"
FORMAT: Final = 1
MOST_CARD_BYTES: Final = 8 * 1024**2
MOST_WEIGHT_BYTES: Final = 512 * 1024**2
"""A model of 300,000 n-grams and 77 labels takes 90 MB."""
_HEADER_BYTES: Final = 4096
"""Bytes of an entry that may come before its array; numpy's own headers take 128."""


def write(folder: Path, arrays: Mapping[str, NDArray[Any]], card: Mapping[str, Any]) -> None:
    """Write both files into `folder`, which is made. Each is renamed into place, the card last, so that a card means its weights are there."""
    folder.mkdir(parents=True, exist_ok=True)
    held = io.BytesIO()
    np.savez(held, allow_pickle=False, **dict(arrays))
    data = held.getvalue()
    stated = {**card, "format": FORMAT, "weights": {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)}}
    put(folder / WEIGHTS, data)
    put(folder / CARD, json.dumps(stated, ensure_ascii=False, indent=1).encode("utf-8", "backslashreplace"))


def put(path: Path, data: bytes) -> None:
    """Write a file that is there whole or not at all, on the disk before its name is."""
    hidden = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with hidden.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        hidden.replace(path)
    finally:
        hidden.unlink(missing_ok=True)


def read_card(folder: Path) -> dict[str, Any]:
    """The card alone. Raises `ModelMissing` when there is none and `ModelDamaged` when it is no card of a format known here."""
    try:
        with (folder / CARD).open("rb") as file:
            text = file.read(MOST_CARD_BYTES + 1)
    except OSError as error:
        raise ModelMissing(f"there is no model in {folder}: {error.strerror}") from error
    if len(text) > MOST_CARD_BYTES:
        raise _damaged(folder, f"its card is longer than {MOST_CARD_BYTES} bytes")
    try:
        card = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _damaged(folder, "its card is no JSON") from error
    if not isinstance(card, dict) or card.get("format") != FORMAT:
        raise _damaged(folder, f"its card is not of format {FORMAT}; it was written by another Tamiz or another program")
    return card


def read(folder: Path, wanted: Mapping[str, str]) -> tuple[dict[str, NDArray[Any]], dict[str, Any]]:
    """Arrays and card. `wanted` gives each array's numpy type (`"<f4"`) and number of axes: `"<f4:2"`.

    Raises `ModelMissing` and `ModelDamaged`: weights that are not those of the card, arrays that are missing, of another kind, or not finite.
    """
    card = read_card(folder)
    data = _weights(folder, card)
    arrays: dict[str, NDArray[Any]] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = {entry.filename.removesuffix(".npy"): entry for entry in archive.infolist()}
            if entries.keys() != wanted.keys() or len(archive.infolist()) != len(wanted):
                raise _damaged(folder, f"it holds {sorted(entries)[:12]} where {sorted(wanted)} belong")
            for name, entry in entries.items():
                if entry.compress_type != zipfile.ZIP_STORED or entry.file_size > len(data):
                    raise _damaged(folder, f"{name} is packed")
                arrays[name] = _array(archive.read(entry), wanted[name])
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, EOFError, OSError) as error:
        raise _damaged(folder, str(error)[:200]) from error
    return arrays, card


def _weights(folder: Path, card: Mapping[str, Any]) -> bytes:
    stated = card.get("weights")
    if not isinstance(stated, dict) or not isinstance(stated.get("bytes"), int) or not 0 < stated["bytes"] <= MOST_WEIGHT_BYTES:
        raise _damaged(folder, "its card does not say how long the weights are")
    try:
        with (folder / WEIGHTS).open("rb") as file:
            if os.fstat(file.fileno()).st_size != stated["bytes"]:
                raise _damaged(folder, "the weights are not as long as the card says")
            data = file.read(stated["bytes"])
    except OSError as error:
        raise _damaged(folder, f"the weights cannot be read: {error.strerror}") from error
    if hashlib.sha256(data).hexdigest() != stated.get("sha256"):
        raise _damaged(folder, "the weights are not those of its card")
    return data


def _array(data: bytes, kind: str) -> NDArray[Any]:
    """One entry of the archive, its size checked against its header before anything is made of it."""
    wanted, _, axes = kind.partition(":")
    stream = io.BytesIO(data)
    if np.lib.format.read_magic(stream) != (1, 0):
        raise ValueError("an array of an unknown format")
    shape, by_column, found = np.lib.format.read_array_header_1_0(stream, max_header_size=_HEADER_BYTES)
    if found.str != wanted or len(shape) != int(axes or 1) or by_column:
        raise ValueError(f"an array is {found.str} of {len(shape)} axes where {kind} belongs")
    if math.prod(shape) * found.itemsize != len(data) - stream.tell():
        raise ValueError("an array is not as long as its header says")
    array = np.frombuffer(data, found, offset=stream.tell()).reshape(shape)
    if found.kind == "f" and not np.isfinite(array).all():
        raise ValueError("an array holds values that are not finite")
    return array


def _damaged(folder: Path, why: str) -> ModelDamaged:
    return ModelDamaged(f"the model in {folder} cannot be used: {why}; train it again, or roll back with `tamiz models rollback`")
