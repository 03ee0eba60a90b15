"""The one composition root: settings in, wired adapters out. Nothing else reads the environment or knows where things live."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO
from urllib.parse import urlsplit

from pydantic import ValidationError

from adapters import registry
from adapters.ledger.port import Ledger
from adapters.storage.port import ObjectStore
from adapters.warehouse.port import Warehouse
from schemas.documents import CostClass, DocumentId
from schemas.errors import SettingsInvalid
from schemas.ledger import Observation
from schemas.settings import Settings
from workers import places
from workers.dispatch import Dispatcher
from workers.engines import Engines
from workers.intake import Intake
from workers.kept import NothingKept
from workers.spending import Purse
from workers.stores import open_store

if TYPE_CHECKING:
    from adapters.sandbox.probe import Granted
    from workers.live.listening import Ears

BUCKET, LAKE, ATTACHMENTS = "bucket", "lake", "attachments"
"""Names of the three sources: what people drop, what we derive, and what came inside other documents."""


def read_settings(**overrides: Any) -> Settings:
    """Settings from `overrides`, the environment and `tamiz.toml`. Raises `SettingsInvalid` naming what is wrong."""
    try:
        return Settings(**{name: value for name, value in overrides.items() if value is not None})
    except ValidationError as error:
        faults = "; ".join(f"TAMIZ_{'__'.join(map(str, fault['loc'])).upper()}: {fault['msg']}" for fault in error.errors())
        raise SettingsInvalid(faults) from error


class Container:
    """Adapters of one deployment, each made on first use."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._check_places()

    # --- places ---

    @property
    def run_dir(self) -> Path:
        """Process ids, addresses and locks of the embedded run."""
        return self._made("run")

    @property
    def broker_dir(self) -> Path:
        """Folders of the embedded broker."""
        return self.settings.data / "broker"

    @property
    def spools(self) -> Path:
        """Local copies of the objects that are worked on, a folder per process."""
        return self._made("spool")

    @property
    def spool_dir(self) -> Path:
        """The folder of this process there."""
        return self.spools / str(os.getpid())

    @property
    def bucket_url(self) -> str:
        """Where documents are dropped."""
        return self.settings.bucket or str(self.settings.data / "bucket")

    @property
    def lake_url(self) -> str:
        """Where what we derive lies: results, kept engine outputs, attachments."""
        return self.settings.results or str(self.settings.data / "lake")

    @property
    def bucket_folder(self) -> Path | None:
        """The bucket as a folder, when it is one that can be watched."""
        return None if places.scheme(self.bucket_url) else places.folder(self.bucket_url)

    def _made(self, name: str) -> Path:
        return places.writable(self.settings.data / name)

    def _check_places(self) -> None:
        """Refuse a lake inside the bucket: every result would be a new document (a feedback loop)."""
        bucket, lake = self.bucket_url, self.lake_url
        if places.scheme(bucket) == places.scheme(lake) and places.inside(lake, bucket):
            raise SettingsInvalid(
                f"TAMIZ_RESULTS ({lake}) lies inside TAMIZ_BUCKET ({bucket}): every result would come back as a document; put it beside"
            )

    # --- adapters ---

    @cached_property
    def ledger(self) -> Ledger:
        """The record, migrated."""
        url = self.settings.ledger_url
        ledger: Ledger
        if url == "none":
            ledger = registry.create("ledger", "none", self._ledger_options("none"))
        elif not url or url.startswith("sqlite:///"):
            path = Path(url.removeprefix("sqlite:///")) if url else self.settings.data / "ledger.db"
            places.writable(path.parent)
            ledger = registry.create("ledger", "sqlite", self._ledger_options("sqlite"), path=path)
        elif url.startswith("postgres"):
            ledger = registry.create("ledger", "postgres", self._ledger_options("postgres"), url=url)
        else:
            raise SettingsInvalid(f"TAMIZ_LEDGER_URL: no ledger for {urlsplit(url).scheme!r}; sqlite:///path or postgresql://...")
        ledger.migrate()
        return ledger

    @cached_property
    def warehouse(self) -> Warehouse:
        """Where people ask."""
        url = self.settings.warehouse_url
        warehouse: Warehouse
        if url == "none":
            warehouse = registry.create("warehouse", "none", self._options("warehouse", "none"))
        elif not url or url.startswith("duckdb:///"):
            path = Path(url.removeprefix("duckdb:///")) if url else self._made("warehouse") / "warehouse.duckdb"
            warehouse = registry.create("warehouse", "duckdb", self._options("warehouse", "duckdb"), path=path, run_dir=self.run_dir)
        elif url.startswith("postgres"):
            warehouse = registry.create("warehouse", "postgres", self._options("warehouse", "postgres"), url=url, run_dir=self.run_dir)
        else:
            raise SettingsInvalid(f"TAMIZ_WAREHOUSE_URL: no warehouse for {urlsplit(url).scheme!r}; duckdb:///path or postgresql://...")
        return warehouse

    @cached_property
    def bucket(self) -> ObjectStore:
        """The landing bucket."""
        return open_store(self.settings, self.bucket_url, BUCKET)

    @cached_property
    def lake(self) -> ObjectStore:
        """Results and kept engine outputs."""
        return open_store(self.settings, self.lake_url, LAKE)

    @cached_property
    def attachments(self) -> ObjectStore:
        """Files found inside documents."""
        return open_store(self.settings, f"{self.lake_url.rstrip('/')}/attachments", ATTACHMENTS)

    def store(self, source: str) -> ObjectStore:
        """The store of a source's name. Raises `SettingsInvalid` for a source this deployment does not have."""
        if source not in {BUCKET, LAKE, ATTACHMENTS}:
            raise SettingsInvalid(f"the ledger names the source {source!r}, which these settings do not have")
        store: ObjectStore = getattr(self, source)
        return store

    @cached_property
    def dispatcher(self) -> Dispatcher:
        """Publishes waiting tasks, a small window at a time."""
        return Dispatcher(self.ledger, self.settings.broker_url, self.broker_dir, 2 * self.slots)

    @cached_property
    def intake(self) -> Intake:
        """The one door for objects of the landing bucket."""
        return Intake(self.ledger, self.bucket, self.settings, self._refill)

    @cached_property
    def engines(self) -> Engines:
        """Engines in this process, keeping nothing: for `doctor` and `adapters`; documents go through the parser child."""
        return Engines(self.settings.engines, NothingKept())

    @cached_property
    def purse(self) -> Purse:
        """What paid engines may spend in a day."""
        return Purse(self.run_dir / "spent.json", self.settings.budget_usd_per_day)

    @property
    def slots(self) -> int:
        """Heavy attempts at a time on this machine."""
        return self.settings.slots or os.cpu_count() or 1

    # --- doors for the faces ---

    def delete(self, document: DocumentId) -> Observation:
        """Remove the object and its rows. Raises `NotFound`, or what the store raises when it refuses."""
        from workers.erasure import delete_document

        return delete_document(self, document)

    def erase(self, document: DocumentId, actor: str) -> None:
        """Remove every trace of the document. Raises as `delete`."""
        from workers.erasure import erase_document

        erase_document(self, document, actor)

    def reprocess(self, document: DocumentId) -> Observation:
        """A new run of the newest version, published. Raises `NotFound`."""
        return self._published(self.ledger.reprocess(document))

    def redrive(self, document: DocumentId) -> Observation:
        """Try a dead, failed or rejected document again, published. Raises `NotFound`, `Conflict`."""
        return self._published(self.ledger.redrive(document))

    def result(self, document: DocumentId, key: str) -> Iterator[bytes]:
        """The JSON of a result, in chunks. Raises `NotFound`."""
        from workers.retrieval import result_chunks

        return result_chunks(self.lake, document, key)

    def crop(self, document: DocumentId, key: str, name: str) -> bytes:
        """The picture of one offer of the result at `key`, a JPEG; `name` is `<part>-<offer>`. Raises `NotFound`."""
        from workers.retrieval import result_crop

        return result_crop(self.lake, document, key, name)

    def reply(self, key: str, number: str) -> bytes:
        """The spoken reply of that number of the result at `key`, a WAV file. Raises `NotFound`."""
        from workers.speaking import read_reply

        return read_reply(self.lake, key, number)

    def redacted_audio(self, key: str) -> tuple[BinaryIO, int]:
        """The redacted copy of the audio that goes with the result at `key`, FLAC, and its bytes. Raises `NotFound`."""
        from workers.redaction import open_copy

        return open_copy(self.lake, key)

    def confirm_deletions(self) -> int:
        """A person confirms: the held deletions whose objects are still missing are believed. Returns how many documents went."""
        from workers.reconcile import Reconciler

        return Reconciler(self.ledger, self.bucket, self.intake).confirm()

    def ears(self, streams: int) -> Ears:
        """Confined children that listen to so many live calls at a time."""
        from workers.live.listening import Ears

        return Ears(self, streams)

    def store_at(self, url: str) -> ObjectStore:
        """Somebody else's folder or bucket, to copy from. Raises `SettingsInvalid` for an address no store understands."""
        return open_store(self.settings, url, "elsewhere")

    def setting_origins(self, stated: Collection[str]) -> Mapping[str, str]:
        """Where each setting came from; `stated` are those given as options of the command."""
        from workers.origins import setting_origins

        return setting_origins(stated)

    def unknown_variables(self) -> Sequence[str]:
        """Variables that look like settings and set nothing."""
        from workers.origins import unknown_variables

        return unknown_variables()

    def broker_fault(self) -> str | None:
        """None when the broker answers, or is the embedded one; else what is wrong in one sentence."""
        if not self.settings.broker_url:
            return None
        from workers.reach import broker_fault

        return broker_fault(self.settings.broker_url)

    def confinement(self) -> Granted:
        """What this system grants to children that read foreign bytes. Raises `TamizError` when none can be started."""
        from adapters.sandbox.probe import probe

        return probe()

    def _published(self, observation: Observation) -> Observation:
        if observation.queue is not None:
            self._refill(observation.queue)
        return observation

    def _refill(self, queue: CostClass) -> None:
        """Publish, where somebody may take it: without a broker, a command line must not pay for one; the next `tamiz up` finds the ledger."""
        if self.settings.broker_url or self.broker_dir.is_dir():
            self.dispatcher.refill(queue)

    def _ledger_options(self, name: str) -> dict[str, Any]:
        return {"erase_key": self.settings.erase_key, **self._options("ledger", name)}

    def _options(self, family: str, name: str) -> dict[str, Any]:
        return self.settings.options.get(family, {}).get(name, {})
