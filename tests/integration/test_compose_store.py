"""The store settings of docker-compose.yml against a real S3 server, from the environment to stored and listed bytes."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from workers.container import Container, read_settings

ROOT = Path(__file__).parents[2]
BUCKET = "tamiz"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """URL of an S3 server with the bucket that the store of the compose file makes."""
    import boto3
    from moto.server import ThreadedMotoServer

    moto = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    moto.start()
    host, port = moto.get_host_and_port()
    url = f"http://{host}:{port}"
    boto3.client("s3", endpoint_url=url, region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b").create_bucket(Bucket=BUCKET)
    yield url
    moto.stop()


@pytest.fixture
def composed(server: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Container:
    """The container of the API's service: its environment, with the servers that do not run here left out."""
    service: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]["api"]
    environment = {name: re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", str(value)) for name, value in service["environment"].items()}
    assert environment["TAMIZ_OPTIONS__STORAGE__S3__ENDPOINT"] == "http://store:8333"
    environment |= {
        "TAMIZ_OPTIONS__STORAGE__S3__ENDPOINT": server,
        "TAMIZ_DATA": str(tmp_path),
        "AWS_ACCESS_KEY_ID": "a",
        "AWS_SECRET_ACCESS_KEY": "b",
    }
    monkeypatch.chdir(tmp_path)
    for name, value in environment.items():
        if "${" not in value:
            monkeypatch.setenv(name, value)
    return Container(read_settings())


def test_objects_go_into_the_bucket_and_results_beside_it(composed: Container) -> None:
    composed.bucket.mark()
    composed.bucket.put("reviews/one.txt", io.BytesIO(b"good"))
    composed.lake.put("results/x.json", io.BytesIO(b"{}"))
    assert composed.bucket.marked()
    assert [stat.ref.key for stat in composed.bucket.list()] == ["reviews/one.txt"]
    assert composed.bucket.url("reviews/one.txt") == f"s3://{BUCKET}/landing/reviews/one.txt"
    found = composed.bucket.stat("reviews/one.txt")
    assert found is not None
    with composed.bucket.open(found.ref) as stream:
        assert stream.read() == b"good"
