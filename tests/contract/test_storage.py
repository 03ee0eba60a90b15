"""Every store through the contract of stores.

Real: a folder; an S3 server (moto's, a separate process that speaks the protocol), plain and versioned bucket. Fake: obstore's store
in memory under our shared implementation, which stands for Google and Azure until their issue brings emulators.
"""

from __future__ import annotations

import io
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any, ClassVar

import pytest

from adapters.registry import create
from adapters.storage.local import LocalStore
from adapters.storage.none import NoStore
from adapters.storage.object_store import CloudStore, ObjectStoreOptions, S3Store
from adapters.storage.port import ObjectStore
from adapters.testing.storage import StorageContract, put, read
from schemas.errors import AdapterDisabled, CredentialsMissing, RemoteCallsDisabled, ServiceUnavailable, SettingsInvalid, UnsafeName
from tests.servers import free_port

_numbers = count(1)


class TestLocalStore(StorageContract):
    @pytest.fixture
    def store(self, tmp_path: Path) -> ObjectStore:
        (tmp_path / "bucket").mkdir()
        return create("storage", "local", root=tmp_path / "bucket", source="bucket")


class MemoryBucket(CloudStore):
    """Our implementation on a store in memory."""

    name: ClassVar[str] = "memory"
    extra: ClassVar[str] = "aws"

    def connect(self) -> Any:
        from obstore.store import MemoryStore

        return MemoryStore()


class TestMemoryBucket(StorageContract):
    @pytest.fixture
    def store(self) -> ObjectStore:
        return MemoryBucket(ObjectStoreOptions(), url="memory://b", source="bucket", remote_calls=True)


@pytest.fixture(scope="session")
def s3_endpoint() -> Iterator[str]:
    """URL of an S3 server of this session."""
    port = free_port()
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            deadline = time.monotonic() + 60
            while True:
                assert server.poll() is None, "moto's server did not start"
                assert time.monotonic() < deadline, "moto's server does not answer"
                try:
                    socket.create_connection(("127.0.0.1", port), 1).close()
                    break
                except OSError:
                    time.sleep(0.1)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.kill()


def s3_client(endpoint: str) -> Any:
    import boto3

    return boto3.client("s3", endpoint_url=endpoint, aws_access_key_id="a", aws_secret_access_key="b", region_name="us-east-1")


def s3_store(endpoint: str, bucket: str) -> ObjectStore:
    options = {"endpoint": endpoint, "region": "us-east-1", "access_key": "a", "secret_key": "b", "retries": 0}
    return create("storage", "s3", options, url=f"s3://{bucket}/landing", source="bucket")


class TestS3Store(StorageContract):
    @pytest.fixture
    def bucket(self, s3_endpoint: str) -> str:
        name = f"plain-{next(_numbers)}"
        s3_client(s3_endpoint).create_bucket(Bucket=name)
        return name

    @pytest.fixture
    def store(self, s3_endpoint: str, bucket: str) -> ObjectStore:
        return s3_store(s3_endpoint, bucket)

    def test_objects_beside_the_prefix_are_not_ours(self, store: ObjectStore, s3_endpoint: str, bucket: str) -> None:
        s3_client(s3_endpoint).put_object(Bucket=bucket, Key="elsewhere/x", Body=b"1")
        put(store, "x")
        assert [stat.ref.key for stat in store.list()] == ["x"]

    def test_user_metadata_and_type(self, store: ObjectStore, s3_endpoint: str, bucket: str) -> None:
        s3_client(s3_endpoint).put_object(
            Bucket=bucket, Key="landing/call.wav", Body=b"1", Metadata={"agent_id": "7"}, ContentType="audio/wav", CacheControl="no-store"
        )
        found = store.stat("call.wav")
        assert found is not None
        assert (found.content_type, found.metadata, found.order_key) == ("audio/wav", {"agent_id": "7"}, None)

    def test_a_listed_version_is_the_one_that_can_be_read(self, store: ObjectStore) -> None:
        put(store, "k", b"bytes")
        (listed,) = store.list()
        assert read(store, listed.ref) == b"bytes"

    def test_the_fault_of_a_missing_bucket_is_named(self, s3_endpoint: str) -> None:
        store = s3_store(s3_endpoint, "nobody-made-this")
        with pytest.raises(ServiceUnavailable, match="nobody-made-this"):
            list(store.list())
        with pytest.raises(ServiceUnavailable):
            put(store, "k")

    def test_a_server_that_is_not_there(self) -> None:
        store = s3_store(f"http://127.0.0.1:{free_port()}", "b")
        with pytest.raises(ServiceUnavailable):
            store.stat("k")

    def test_a_key_the_client_cannot_name_is_refused(self, store: ObjectStore) -> None:
        with pytest.raises(UnsafeName):
            put(store, "tab\tnew\nline")


class TestVersionedS3Store(StorageContract):
    @pytest.fixture
    def store(self, s3_endpoint: str) -> ObjectStore:
        name = f"versioned-{next(_numbers)}"
        client = s3_client(s3_endpoint)
        client.create_bucket(Bucket=name)
        client.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
        return s3_store(s3_endpoint, name)

    def test_the_same_bytes_again_are_a_new_version(self, store: ObjectStore) -> None:
        assert put(store, "k", b"same").ref.version != put(store, "k", b"same").ref.version


@pytest.mark.parametrize("name, url", [("s3", "s3://b/p"), ("gcs", "gs://b/p"), ("azure", "az://c/p")])
def test_a_cloud_is_not_called_unless_remote_calls_are_on(name: str, url: str) -> None:
    store = create("storage", name, url=url, source="bucket")
    assert store.url("k") == f"{url}/k"
    with pytest.raises(RemoteCallsDisabled, match="TAMIZ_REMOTE_CALLS"):
        store.stat("k")


def test_a_url_without_a_bucket_is_refused() -> None:
    with pytest.raises(SettingsInvalid):
        S3Store(ObjectStoreOptions(), url="s3://", source="bucket")


def test_refused_credentials_are_named() -> None:
    class Refusing(MemoryBucket):
        def connect(self) -> Any:
            from obstore.exceptions import UnauthenticatedError

            raise UnauthenticatedError("no")

    with pytest.raises(CredentialsMissing, match="credentials"):
        Refusing(ObjectStoreOptions(), url="memory://b", source="bucket", remote_calls=True).stat("k")


def test_the_absent_store_never_looks_like_an_empty_one() -> None:
    store = create("storage", "none", source="bucket")
    assert isinstance(store, NoStore)
    assert not store.marked()
    for attempt in (store.list, store.mark, lambda: store.stat("k"), lambda: store.put("k", io.BytesIO())):
        with pytest.raises(AdapterDisabled, match="bucket"):
            attempt()


def test_a_missing_folder_never_looks_like_an_empty_one(tmp_path: Path) -> None:
    store = LocalStore(LocalStore.Options(), root=tmp_path / "unmounted", source="bucket")
    for attempt in (lambda: list(store.list()), store.marked, lambda: store.stat("k"), lambda: put(store, "k")):
        with pytest.raises(ServiceUnavailable, match="unmounted"):
            attempt()
