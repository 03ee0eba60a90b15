"""S3 (and compatible servers), Google Cloud Storage and Azure Blob Storage: one implementation on `obstore`, three ways to connect."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO, ClassVar, cast
from urllib.parse import urlsplit

from pydantic import Field, SecretStr

from adapters.capabilities import Capabilities
from adapters.storage.streams import ChunkReader, Upload
from adapters.storage.tokens import condition, order_key, token
from schemas.documents import ObjectRef, ObjectStat, Value
from schemas.errors import (
    CredentialsMissing,
    ExtraMissing,
    RemoteCallsDisabled,
    ServiceUnavailable,
    SettingsInvalid,
    StorageFull,
    Superseded,
    TooLarge,
    UnsafeName,
)
from schemas.keys import MARKER, check_key, check_prefix, ignored, shown

LIST_CHUNK = 1000
"""Objects per step of a listing: what the services return per page."""

_META = ("Content-Type", "Content-Disposition", "Content-Encoding", "Content-Language", "Cache-Control", "Storage-Class")


class ObjectStoreOptions(Value):
    """How the service is reached. Credentials come from the environment or the host's role unless given here."""

    endpoint: str | None = Field(default=None, description="URL of a compatible server; None: the provider's own service, which needs remote_calls")
    region: str | None = Field(default=None, description="the provider's region; None: from the environment")
    access_key: str | None = Field(default=None, description="access key or account name; None: from the environment or the host's role")
    secret_key: SecretStr | None = Field(default=None, description="secret or account key; None: from the environment or the host's role")
    timeout_s: float = Field(default=30.0, gt=0, description="seconds one request may take; longer survives slow links, shorter notices dead ones")
    retries: int = Field(default=3, ge=0, description="tries of one request after the first; the ledger retries the document anyway")
    chunk_bytes: int = Field(default=5 * 1024**2, ge=5 * 1024**2, description="bytes per part of an upload; 5 MiB is the least S3 takes")


class CloudStore:
    """What the three stores share. The version token is the store's own version where it has one, else entity tag and size.

    A listing gives no versions on S3, so that there a versioned object's listed token differs from its own; `stat` tells the exact one.
    """

    Options = ObjectStoreOptions
    name: ClassVar[str]
    version: ClassVar[str] = "1"
    capabilities: ClassVar[Capabilities] = Capabilities(needs_network=True)
    extra: ClassVar[str]

    def __init__(self, options: ObjectStoreOptions, *, url: str, source: str, remote_calls: bool = False) -> None:
        self.options = options
        self.source = source
        self._url = url.rstrip("/")
        parts = urlsplit(self._url)
        self._bucket, self._prefix = parts.netloc, parts.path.strip("/")
        if not self._bucket:
            raise SettingsInvalid(f"{url!r} names no bucket; write it as scheme://bucket/prefix")
        self._remote_calls = remote_calls

    def connect(self) -> Any:
        """The `obstore` store of this service."""
        raise NotImplementedError

    @cached_property
    def _store(self) -> Any:
        if self.options.endpoint is None and not self._remote_calls:
            raise RemoteCallsDisabled(f"{self._url} is a cloud service and remote calls are off; set TAMIZ_REMOTE_CALLS=true")
        try:
            return self.connect()
        except ImportError as error:
            raise ExtraMissing(f"the store {self._url} needs `pip install 'tamiz[{self.extra}]'` ({error.name} is missing)") from error

    def stat(self, key: str) -> ObjectStat | None:
        """The newest version with its user metadata, by one HEAD request."""
        import obstore

        check_key(key)
        try:
            with self._typed(f"looking at {shown(key)}"):
                found = obstore.get(self._store, key, options={"head": True})
        except FileNotFoundError:
            return None
        return self._stat(found.meta, found.attributes)

    def open(self, ref: ObjectRef) -> BinaryIO:
        """The bytes of this version, read by version or under If-Match, so that they are never mixed."""
        now = self.stat(ref.key)
        if now is None or now.ref.version != ref.version:
            raise _superseded(ref.key)
        import obstore

        try:
            with self._typed(f"reading {shown(ref.key)}"):
                result = obstore.get(self._store, ref.key, options=cast(Any, condition(ref.version)))
        except FileNotFoundError as error:
            raise _superseded(ref.key) from error
        return cast(BinaryIO, io.BufferedReader(ChunkReader(result.stream(), self._typed), 1024**2))

    def fetch(self, ref: ObjectRef, into: Path, max_bytes: int) -> str:
        """Stream into the file and hash."""
        try:
            with self.open(ref) as source, into.open("wb") as target:
                return _copy(source, target, max_bytes, ref.key)
        except OSError as error:
            into.unlink(missing_ok=True)
            raise StorageFull(f"copying {shown(ref.key)}: {error.strerror}; free some space") from error
        except BaseException:
            into.unlink(missing_ok=True)
            raise

    def put(self, key: str, data: BinaryIO) -> ObjectStat:
        """Upload, in parts when large; the object appears whole or not at all."""
        import obstore

        check_key(key)
        upload = Upload(data, self.options.chunk_bytes)
        try:
            with self._typed(f"storing {shown(key)}"):
                done = obstore.put(self._store, key, upload.body(), chunk_size=self.options.chunk_bytes, max_concurrency=2)
        except FileNotFoundError as error:
            raise ServiceUnavailable(f"storing {shown(key)}: the bucket of {self._url} is not there; create it") from error
        meta = {"path": key, "size": upload.size, "e_tag": done["e_tag"], "version": done["version"], "last_modified": None}
        return self._stat(meta, {})

    def delete(self, key: str) -> None:
        """Remove the newest version."""
        import obstore

        check_key(key)
        try:
            with self._typed(f"removing {shown(key)}"):
                obstore.delete(self._store, key)
        except FileNotFoundError:
            return
        except CredentialsMissing as error:
            raise ServiceUnavailable(f"{self._url} refuses to remove {shown(key)}; grant the delete permission") from error

    def list(self, prefix: str = "") -> Iterator[ObjectStat]:
        """Every object page by page; hidden and unfinished names are left out. No user metadata: the services do not list it."""
        import obstore

        folder = check_prefix(prefix).rpartition("/")[0]
        with self._typed(f"listing {self._url}"):
            for chunk in obstore.list(self._store, folder or None, chunk_size=LIST_CHUNK):
                for meta in chunk:
                    key = meta["path"]
                    if key.startswith(prefix) and not ignored(key) and "\\" not in key:
                        yield self._stat(meta, {})

    def settled(self, key: str) -> bool:
        """Always: objects appear whole."""
        check_key(key)
        return True

    def url(self, key: str) -> str:
        """`scheme://bucket/prefix/key`, the key as it is."""
        return f"{self._url}/{check_key(key)}"

    def marked(self) -> bool:
        """Whether `.tamiz-store` lies beside the objects."""
        return self.stat(MARKER) is not None

    def mark(self) -> None:
        """Put `.tamiz-store`, once."""
        if not self.marked():
            self.put(MARKER, io.BytesIO(b"This is a store of Tamiz.\n"))

    def _stat(self, meta: Any, attributes: Any) -> ObjectStat:
        modified = meta["last_modified"]
        return ObjectStat(
            ref=ObjectRef(source=self.source, key=meta["path"], version=token(meta["e_tag"], meta["version"], meta["size"])),
            size=meta["size"],
            modified_at=modified.astimezone(UTC) if modified else None,
            content_type=attributes.get("Content-Type"),
            metadata={name: value for name, value in attributes.items() if name not in _META},
            order_key=order_key(self.name, meta["version"]),
        )

    @contextmanager
    def _typed(self, what: str) -> Iterator[None]:
        """Translate what the SDK raises; `FileNotFoundError` passes, it means something else to each caller."""
        from obstore import exceptions as sdk

        try:
            yield
        except FileNotFoundError:
            raise
        except sdk.PreconditionError as error:
            raise Superseded(f"{what}: another version lies there now") from error
        except (sdk.PermissionDeniedError, sdk.UnauthenticatedError) as error:
            raise CredentialsMissing(f"{what}: {self._url} refuses our credentials; check them and the bucket's policy") from error
        except (sdk.InvalidPathError, ValueError) as error:
            raise UnsafeName(f"{what}: {self._url} holds or was given a key with an empty level or control characters; rename that object") from error
        except sdk.BaseError as error:
            raise ServiceUnavailable(f"{what}: {self._url} did not answer as it should ({type(error).__name__})") from error

    @property
    def _client(self) -> Any:
        return {"timeout": f"{self.options.timeout_s}s", "allow_http": bool(self.options.endpoint and self.options.endpoint.startswith("http://"))}

    @property
    def _retry(self) -> Any:
        return {"max_retries": self.options.retries}

    def _secret(self) -> str | None:
        return self.options.secret_key.get_secret_value() if self.options.secret_key else None


class S3Store(CloudStore):
    """`s3://bucket/prefix`, on AWS or any compatible server."""

    name: ClassVar[str] = "s3"
    extra: ClassVar[str] = "aws"

    def connect(self) -> Any:
        """An S3 client; path-style requests when an endpoint is given."""
        from obstore.store import S3Store as Client

        config = {
            "endpoint": self.options.endpoint,
            "region": self.options.region,
            "access_key_id": self.options.access_key,
            "secret_access_key": self._secret(),
        }
        return Client(self._bucket, prefix=self._prefix or None, config=_given(config), client_options=self._client, retry_config=self._retry)


class GcsStore(CloudStore):
    """`gs://bucket/prefix`; credentials are Google's application default ones. Versions are generations, which are ordered."""

    name: ClassVar[str] = "gcs"
    extra: ClassVar[str] = "google"

    def connect(self) -> Any:
        """A Google Cloud Storage client."""
        from obstore.store import GCSStore as Client

        config = _given({"base_url": self.options.endpoint, "skip_signature": True if self.options.endpoint else None})
        return Client(self._bucket, prefix=self._prefix or None, config=config, client_options=self._client, retry_config=self._retry)


class AzureStore(CloudStore):
    """`az://container/prefix`; the account is `access_key`, its key `secret_key`, or both come from the environment."""

    name: ClassVar[str] = "azure"
    extra: ClassVar[str] = "azure"

    def connect(self) -> Any:
        """An Azure Blob Storage client."""
        from obstore.store import AzureStore as Client

        config = {"endpoint": self.options.endpoint, "account_name": self.options.access_key, "account_key": self._secret()}
        return Client(self._bucket, prefix=self._prefix or None, config=_given(config), client_options=self._client, retry_config=self._retry)


def _given(config: dict[str, Any]) -> Any:
    return {name: value for name, value in config.items() if value is not None}


def _superseded(key: str) -> Superseded:
    return Superseded(f"{shown(key)} changed or vanished; its newest version is taken instead")


def _copy(source: BinaryIO, target: BinaryIO, max_bytes: int, key: str) -> str:
    digest, copied = hashlib.sha256(), 0
    while chunk := source.read(1024**2):
        copied += len(chunk)
        if copied > max_bytes:
            raise TooLarge(f"{shown(key)} has more than {max_bytes} bytes; at most that many are read")
        digest.update(chunk)
        target.write(chunk)
    return digest.hexdigest()
