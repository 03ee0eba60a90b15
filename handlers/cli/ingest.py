"""`tamiz ingest`: files, folders and buckets into the landing bucket."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import unquote, urlsplit

import click

from handlers.cli.common import container, data_option, kind_option, parsed_metadata, print_json, to_a_person
from schemas.errors import InvalidRequest, NotFound, TamizError
from schemas.keys import check_key, described_by, hidden, ignored, is_sidecar

if TYPE_CHECKING:
    from adapters.storage.port import ObjectStore
    from schemas.documents import ObjectRef, Requested
    from workers.container import Container

STORES = ("s3", "gs", "az", "abfs", "abfss")


@dataclass(frozen=True, slots=True)
class Source:
    """One object to take in, under `key`: a file, or an object of another store."""

    key: str
    path: Path | None = None
    store: ObjectStore | None = None
    ref: ObjectRef | None = None

    @contextmanager
    def opened(self) -> Iterator[BinaryIO]:
        """Its bytes."""
        if self.store is not None and self.ref is not None:
            with self.store.open(self.ref) as stream:
                yield stream
        else:
            assert self.path is not None
            try:
                with self.path.open("rb") as file:
                    yield file
            except OSError as error:
                raise NotFound(f"{self.path} cannot be read: {error.strerror}") from error


@click.command()
@click.argument("places", nargs=-1, required=True, metavar="PATH|URI...")
@data_option
@kind_option
@click.option("--prefix", default="", help="Folder of the bucket to put them into, e.g. brochures/.")
@click.option("--metadata", help="JSON object of facts the bytes do not say, for every file.")
def ingest(places: tuple[str, ...], data: Path | None, kind: str | None, prefix: str, metadata: str | None) -> None:
    """Put files into the bucket: files, folders with all that is in them, file:// addresses, s3://, gs:// and az:// buckets."""
    from schemas.documents import Kind, Requested

    stated = parsed_metadata(metadata)
    requested = Requested(kind=Kind(kind) if kind else None, metadata=stated) if kind or stated else None
    box = container(data)
    person, failed = to_a_person(), 0
    for place in places:
        try:
            for source in _sources(box, place, prefix):
                failed += not _ingest_one(box, source, requested, person=person)
        except TamizError as error:
            failed += 1
            click.echo(f"tamiz: {place}: {error.message} ({error.code})", err=True)
    if failed:
        sys.exit(1)


def _ingest_one(box: Container, source: Source, requested: Requested | None, *, person: bool) -> bool:
    try:
        if not _lies_in_bucket(box, source):
            with source.opened() as stream:
                box.bucket.put(source.key, stream)
        if is_sidecar(source.key):
            _observe_described(box, source.key)
            return True
        seen = box.intake.observe_key(source.key, requested)
    except TamizError as error:
        click.echo(f"tamiz: {source.key}: {error.message} ({error.code})", err=True)
        return False
    if person:
        click.echo(f"{seen.document_id}  {source.key}")
    else:
        print_json({"document_id": seen.document_id, "key": source.key, "outcome": seen.outcome.value})
    return True


def _observe_described(box: Container, sidecar: str) -> None:
    """A sidecar matters at once only to a document that is there; one that comes later reads it by itself."""
    described = described_by(sidecar)
    if described is not None and box.bucket.stat(described) is not None:
        box.intake.observe_key(sidecar)


def _sources(box: Container, place: str, prefix: str) -> Iterable[Source]:
    """What `place` names; sidecars before the documents they describe. Raises `NotFound`, `InvalidRequest` and what a store raises."""
    scheme = urlsplit(place).scheme if "://" in place else ""
    if scheme in STORES:
        store = box.store_at(place)
        found = [Source(joined(prefix, stat.ref.key), store=store, ref=stat.ref) for stat in store.list() if not ignored(stat.ref.key)]
    elif scheme not in ("", "file"):
        raise InvalidRequest(f"{scheme}:// addresses are not fetched; download the file first")
    else:
        path = Path(unquote(urlsplit(place).path)) if scheme else Path(place)
        found = [Source(_key(box, file, name, prefix), path=file) for file, name in files_of(path)]
    return sorted(found, key=lambda source: (not is_sidecar(source.key), source.key))


def files_of(path: Path) -> Iterator[tuple[Path, str]]:
    """Regular files at or below `path`, each with its name below the parent of `path`; links inside a folder are not followed, hidden and unfinished
    names left out. Raises `NotFound`."""
    path = path.absolute()
    if path.is_file():
        yield path, path.name
    elif path.is_dir():
        top = path.resolve()
        for parent, folders, names in os.walk(top):
            folders[:] = sorted(name for name in folders if not hidden(name))
            for name in sorted(names):
                file = Path(parent, name)
                if not hidden(name) and file.is_file() and not file.is_symlink():
                    yield file, file.relative_to(top.parent).as_posix()
    else:
        raise NotFound("there is no such file or folder")


def _key(box: Container, file: Path, name: str, prefix: str) -> str:
    """The key of a file: its own when it lies in the bucket already, else its name below `prefix`."""
    inside = _place_in_bucket(box, file)
    return inside if inside is not None and not prefix else check_key(joined(prefix, name))


def _lies_in_bucket(box: Container, source: Source) -> bool:
    return source.path is not None and _place_in_bucket(box, source.path) == source.key


def _place_in_bucket(box: Container, file: Path) -> str | None:
    folder = box.bucket_folder
    if folder is None or not file.is_relative_to(folder):
        return None
    return file.relative_to(folder).as_posix()


def joined(prefix: str, name: str) -> str:
    """A key below a prefix."""
    prefix = prefix.strip("/")
    return f"{prefix}/{name}" if prefix else name
