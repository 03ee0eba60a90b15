"""Fetching a model of the Hugging Face hub: one explicit act of a person, never part of a document.

Files are listed with their checksums, fetched into a folder beside the final one, each continued where an earlier try ended, compared with their
checksums (SHA-256 of large files, git's SHA-1 of small ones) and moved into place together. `huggingface_hub` names the hub, its address
(`HF_ENDPOINT`) and the token (`HF_TOKEN`); the bytes are fetched here, because its own download cannot go on after a restart (2.4).
"""

from __future__ import annotations

import fcntl
import fnmatch
import hashlib
import importlib
import json
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from adapters.hub import MANIFEST, place
from schemas.documents import Value
from schemas.errors import Conflict, CredentialsMissing, ExtraMissing, ModelDamaged, ModelMissing, NotFound, ServiceUnavailable, StorageFull

Progress = Callable[[str, int, int], None]
"""Called with the file at hand, the bytes of all files that are here, and the bytes there will be."""

TORCH_FILES: Final = ("*.json", "*.txt", "*.model", "model.safetensors", "model-*-of-*.safetensors")
"""What transformers loads, weights as safetensors only."""

PYANNOTE_FILES: Final = ("config.yaml", "*/pytorch_model.bin", "*/*.npz")
"""What a pipeline of pyannote.audio 4 consists of; its weights are pickles, looked through before they are loaded."""

WHISPER_FILES: Final = (*TORCH_FILES, "model.bin")
"""What transformers loads or, of a model converted for CTranslate2 (`model.bin`, which is no pickle), faster-whisper."""

_CHUNK: Final = 1 << 20
_SILENT_S: Final = 30.0
"""Seconds without a byte after which the connection is given up."""

_PLAIN = re.compile(r"[A-Za-z0-9_][\w.-]*(/[A-Za-z0-9_][\w.-]*)?", re.ASCII)


class HubFile(Value):
    """One file of a model as the hub lists it."""

    name: str
    size: int
    sha256: str | None
    """Of large files."""
    git_sha1: str | None
    """git's name of the content: SHA-1 of `blob <size>` NUL and the bytes."""


class Pulled(Value):
    """A model that lies on this machine now."""

    name: str
    revision: str
    licence: str | None
    """As its card states it."""
    folder: Path
    files: tuple[HubFile, ...]


def pull(
    name: str,
    models: Path,
    wanted: Sequence[str],
    progress: Progress,
    *,
    revision: str = "main",
    endpoint: str | None = None,
) -> Pulled:
    """Fetch the files of `name` that match `wanted` (shell patterns; a slash for those in a folder) into `<models>/hub/<name>`.

    What is whole is not fetched again.

    Raises `NotFound` for no such model or revision, `CredentialsMissing` for one whose terms must be accepted, `ModelMissing` for one without such
    files, `ModelDamaged` when bytes are not what the hub says, `StorageFull`, `Conflict` while somebody else pulls it, `ServiceUnavailable` when the
    connection fails (call again: it goes on), `ExtraMissing`, `SettingsInvalid`.
    """
    folder = place(models, name)
    revision, licence, files = _listed(name, revision, endpoint, wanted)
    pulled = Pulled(name=name, revision=revision, licence=licence, folder=folder, files=files)
    if _manifest(folder) == _manifest_of(pulled) and all((folder / one.name).is_file() for one in files):
        progress("", sum(one.size for one in files), sum(one.size for one in files))
        return pulled
    partial = folder.with_name(f".{folder.name}.partial")
    partial.mkdir(parents=True, exist_ok=True)
    with _alone(partial, name):
        _fetch_all(pulled, partial, progress, endpoint)
        (partial / MANIFEST).write_text(json.dumps(_manifest_of(pulled), indent=1), "utf-8")
        _swap(partial, folder, {MANIFEST, *(one.name for one in files)})
    return pulled


def _listed(name: str, revision: str, endpoint: str | None, wanted: Sequence[str]) -> tuple[str, str | None, tuple[HubFile, ...]]:
    """The exact revision, the licence on the card, the wanted files."""
    with _hub_errors(name):
        from huggingface_hub import HfApi

        told = HfApi(endpoint=endpoint).model_info(name, revision=revision, files_metadata=True, timeout=_SILENT_S)
    licence = next((tag.partition(":")[2] for tag in told.tags or () if tag.startswith("license:")), None)
    files = tuple(
        HubFile(name=one.rfilename, size=one.size or 0, sha256=one.lfs.sha256 if one.lfs else None, git_sha1=None if one.lfs else one.blob_id)
        for one in told.siblings or ()
        if _PLAIN.fullmatch(one.rfilename) and any(_matches(one.rfilename, pattern) for pattern in wanted)
    )
    names = {one.name for one in files}
    if names.isdisjoint({"config.json", "config.yaml"}) or not any(one.endswith((".safetensors", "model.bin")) for one in names):
        raise ModelMissing(f"{name} holds no model of the expected form ({', '.join(wanted)}); choose another one")
    return str(told.sha), licence, files


def _matches(name: str, pattern: str) -> bool:
    """As a shell matches: `*` is no slash."""
    return name.count("/") == pattern.count("/") and fnmatch.fnmatchcase(name, pattern)


def _fetch_all(pulled: Pulled, partial: Path, progress: Progress, endpoint: str | None) -> None:
    total = sum(one.size for one in pulled.files)
    here = sum(min(one.size, _size(partial / one.name) or _size(_part(partial, one))) for one in pulled.files)
    if shutil.disk_usage(partial).free < total - here:
        raise StorageFull(f"{pulled.name} takes {(total - here) >> 20} MiB more than the disk of {partial.parent} has free; make room and call again")
    done = 0
    for one in pulled.files:
        if not _right(partial / one.name, one):
            _fetch(pulled, one, partial, endpoint, _telling(progress, one.name, done, total))
        done += one.size
        progress(one.name, done, total)


def _telling(progress: Progress, file: str, before: int, total: int) -> Callable[[int], None]:
    """What one file tells, as bytes of all of them."""
    return lambda size: progress(file, before + size, total)


def _fetch(pulled: Pulled, one: HubFile, partial: Path, endpoint: str | None, said: Callable[[int], None]) -> None:
    """One file, continued for as long as each try brings something."""
    part = _part(partial, one)
    part.parent.mkdir(exist_ok=True)
    while _size(part) < one.size or not part.exists():
        before = _size(part)
        try:
            with _hub_errors(pulled.name):
                _stream(pulled, one, part, endpoint, said)
        except ServiceUnavailable:
            if _size(part) <= before:
                raise
        else:
            if _size(part) <= before:  # a whole answer, and less than the hub lists: its checksum will say so
                break
    if not _right(part, one):
        part.unlink()
        raise ModelDamaged(f"{one.name} of {pulled.name} is not what the hub says; call again, and mistrust the connection if it repeats")
    part.rename(partial / one.name)


def _stream(pulled: Pulled, one: HubFile, part: Path, endpoint: str | None, said: Callable[[int], None]) -> None:
    """The rest of one file, appended to what is here. Raises the client's errors."""
    from huggingface_hub import get_session, hf_hub_url
    from huggingface_hub.utils import build_hf_headers, hf_raise_for_status

    start = _size(part) if _size(part) < one.size else 0
    headers = {**build_hf_headers(), "Accept-Encoding": "identity"} | ({"Range": f"bytes={start}-"} if start else {})
    url = hf_hub_url(pulled.name, one.name, revision=pulled.revision, endpoint=endpoint)
    with get_session().stream("GET", url, headers=headers, timeout=_SILENT_S) as answer:
        hf_raise_for_status(answer)
        with part.open("ab" if start and answer.status_code == 206 else "wb") as file:
            for chunk in answer.iter_bytes(_CHUNK):
                file.write(chunk)
                if file.tell() > one.size:  # the comparison with its checksum will say so
                    return
                said(file.tell())


@contextmanager
def _hub_errors(name: str) -> Iterator[None]:
    """The hub's and the client's errors as ours."""
    try:
        from huggingface_hub import errors, get_session
    except ImportError as error:
        raise ExtraMissing("fetching models needs `pip install 'tamiz[transformers]'` or `'tamiz[whisper]'`") from error
    client_error = importlib.import_module(type(get_session()).__module__).HTTPError  # httpx or httpx2, as the hub's version has it
    try:
        yield
    except errors.GatedRepoError as error:
        raise CredentialsMissing(f"{name} asks who fetches it: accept its terms on the hub and set HF_TOKEN") from error
    except (errors.RepositoryNotFoundError, errors.RevisionNotFoundError, errors.EntryNotFoundError) as error:
        raise NotFound(f"the hub has no model {name} of that revision for you; mend the name, or set HF_TOKEN if it is private") from error
    except errors.HFValidationError as error:
        raise NotFound(f"{name} is no name the hub knows; write organisation/name") from error
    except (errors.HfHubHTTPError, client_error, ConnectionError, TimeoutError) as error:
        raise ServiceUnavailable(f"the hub did not give {name} ({type(error).__name__}); call again, it goes on where it stopped") from error
    except OSError as error:
        if error.errno == 28:
            raise StorageFull(f"the disk is full; make room and call again, {name} goes on where it stopped") from error
        raise


@contextmanager
def _alone(partial: Path, name: str) -> Iterator[None]:
    """One process at a time."""
    with partial.with_suffix(".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Conflict(f"{name} is being fetched by another process; wait for it") from error
        yield


def _swap(partial: Path, folder: Path, names: set[str]) -> None:
    """The new model, these files and no others, in place of the one before it, if any."""
    old = folder.with_name(f".{folder.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    for stray in [path for path in partial.rglob("*") if path.is_file() and str(path.relative_to(partial)) not in names]:
        stray.unlink()
    if folder.exists():
        folder.rename(old)
    partial.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def _part(partial: Path, one: HubFile) -> Path:
    """Where a file grows; named by its content, so that another revision never continues it."""
    return partial / f"{one.name}.{(one.sha256 or one.git_sha1 or 'whole')[:16]}.part"


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _right(path: Path, one: HubFile) -> bool:
    """Whether the file is whole and is what the hub says."""
    if not path.is_file() or path.stat().st_size != one.size:
        return False
    with path.open("rb") as file:
        if one.sha256:
            return hashlib.file_digest(file, "sha256").hexdigest() == one.sha256
        digest = hashlib.sha1(f"blob {one.size}\0".encode(), usedforsecurity=False)
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return one.git_sha1 is None or digest.hexdigest() == one.git_sha1


def _manifest(folder: Path) -> Any:
    try:
        return json.loads((folder / MANIFEST).read_text("utf-8"))
    except (OSError, ValueError):
        return None


def _manifest_of(pulled: Pulled) -> dict[str, Any]:
    return pulled.model_dump(mode="json", exclude={"folder"})
