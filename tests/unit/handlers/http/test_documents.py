from __future__ import annotations

import json
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest

from handlers.http.documents import as_attachment
from schemas.documents import Kind
from schemas.extractions import Fill, Manifest, PartFile, ReviewExtraction
from schemas.ledger import result_key
from tests.unit.handlers.http.conftest import Api
from workers import retrieval
from workers.crops import store_crops
from workers.redaction import store_copy

pytestmark = pytest.mark.anyio


async def posted(api: Api, content: bytes = b"{}", name: str = "a.json") -> str:
    answer = await api.post("/documents", files={"file": (name, content)})
    return str(answer.json()["document_id"])


async def test_documents_come_a_page_at_a_time(api: Api) -> None:
    ids = sorted([await posted(api) for _ in range(5)])
    found: list[str] = []
    after = ""
    while True:
        page = (await api.get(f"/documents?limit=2{after}")).json()
        found += [one["document_id"] for one in page["documents"]]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert found == ids
    assert (await api.get("/documents?state=loaded")).json() == {"documents": [], "next": None}
    assert len((await api.get("/documents?state=received")).json()["documents"]) == 5


async def test_what_happened_to_a_document(api: Api) -> None:
    document = await posted(api)
    history = (await api.get(f"/documents/{document}/history")).json()
    assert [line["to_state"] for line in history] == ["received"]


async def test_no_result_yet(api: Api) -> None:
    answer = await api.get(f"/documents/{await posted(api)}/result")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def part(document: str, number: int, texts: list[str]) -> dict[str, Any]:
    """One part of a reviews file, as a worker stores it."""
    row = {"review_no": 0, "confidence": 1.0, "method": "extracted", "adapter": "a/1/m"}
    extraction = ReviewExtraction.model_validate(
        {
            "document_id": document,
            "part_no": number,
            "source_uri": "file:///a",
            "version": "1",
            "media_type": "application/json",
            "size_bytes": 1,
            "sha256": "0" * 64,
            "pipeline_version": "1",
            "extracted_at": "2026-01-01T00:00:00Z",
            "items": len(texts),
            "reviews": [{**row, "review_no": place, "text": text} for place, text in enumerate(texts, 1)],
        }
    )
    return dict(extraction.model_dump(mode="json"))


def two_parts(api: Api, document: str) -> list[dict[str, Any]]:
    lease = api._claimed(document)
    key = result_key(lease.task, lease.attempt)
    parts = [part(document, 1, ['one "parts"', "two"]), part(document, 2, ["three"])]
    api.box.ledger.release(lease)
    files = tuple(PartFile(part_no=number, result_key=f"{key[:-6]}2.json.{number}", item_offset=0) for number in (1, 2))
    manifest = Manifest(document_id=document, kind=Kind.REVIEW, parts=files)
    api.finish(document, [manifest.model_dump_json().encode(), *(json.dumps(one).encode() for one in parts)])
    return parts


def manifest_of(api: Api, document: str) -> Manifest:
    found = api.box.lake.stat(api.box.ledger.document(document).result_key or "")
    assert found is not None
    with api.box.lake.open(found.ref) as stream:
        return Manifest.model_validate_json(stream.read())


async def test_the_result_of_parts_is_one(api: Api) -> None:
    document = await posted(api)
    two_parts(api, document)
    whole = (await api.get(f"/documents/{document}/result")).json()
    assert [(row["review_no"], row["text"]) for row in whole["reviews"]] == [(1, 'one "parts"'), (2, "two"), (3, "three")]
    assert whole["items"] == 3


async def test_a_large_result_of_parts_streams_as_it_is(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retrieval, "MERGED_BYTES", 10)
    document = await posted(api)
    parts = two_parts(api, document)
    assert (await api.get(f"/documents/{document}/result")).json() == {"document_id": document, "parts": parts}


async def test_what_the_parts_of_a_brochure_settled_is_in_their_result(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    document = await posted(api)
    two_parts(api, document)
    status = api.box.ledger.document(document)
    manifest = manifest_of(api, document)
    fills = (Fill(table="reviews", columns={"retailer": "Moolane"}),)
    api.box.lake.put(status.result_key or "", BytesIO(manifest.model_copy(update={"fills": fills}).model_dump_json().encode()))
    whole = (await api.get(f"/documents/{document}/result")).json()
    assert [row["retailer"] for row in whole["reviews"]] == ["Moolane"] * 3
    monkeypatch.setattr(retrieval, "MERGED_BYTES", 10)
    streamed = (await api.get(f"/documents/{document}/result")).json()
    assert streamed["fills"] == [{"table": "reviews", "columns": {"retailer": "Moolane"}, "replace": False}]


async def test_a_result_that_holds_the_word_is_no_manifest(api: Api) -> None:
    document = await posted(api)
    text = json.dumps(part(document, 1, ['"parts"'])).encode()
    api.finish(document, [text])
    assert (await api.get(f"/documents/{document}/result")).content == text


async def test_a_result_whose_file_is_gone(api: Api) -> None:
    document = await posted(api)
    api.finish(document, [b"{}"])
    api.box.lake.delete(api.box.ledger.document(document).result_key or "")
    answer = await api.get(f"/documents/{document}/result")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def crops(number: int) -> BytesIO:
    data = BytesIO()
    with ZipFile(data, "w") as archive:
        archive.writestr(f"{number}.jpg", b"\xff\xd8\xff" + bytes([number]))
    return data


async def test_the_picture_of_an_offer(api: Api) -> None:
    document = await posted(api)
    api.finish(document, [b"{}"])
    store_crops(api.box.lake, api.box.ledger.document(document).result_key or "", crops(3))
    answer = await api.get(f"/documents/{document}/crops/1-3")
    assert (answer.status_code, answer.content, answer.headers["content-type"]) == (200, b"\xff\xd8\xff\x03", "image/jpeg")
    assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'"
    for crop in ("1-4", "2-3", "3", "1-3.jpg"):
        answer = await api.get(f"/documents/{document}/crops/{crop}")
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_the_picture_of_an_offer_in_a_later_part(api: Api) -> None:
    document = await posted(api)
    two_parts(api, document)
    manifest = manifest_of(api, document)
    for part_no, one in enumerate(manifest.parts, 1):
        store_crops(api.box.lake, one.result_key, crops(part_no))
    assert (await api.get(f"/documents/{document}/crops/2-2")).content == b"\xff\xd8\xff\x02"
    assert [(await api.get(f"/documents/{document}/crops/{crop}")).status_code for crop in ("1-1", "2-1", "3-1")] == [200, 404, 404]


async def test_no_picture_without_a_result(api: Api) -> None:
    answer = await api.get(f"/documents/{await posted(api)}/crops/1-1")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_the_audio_without_personal_data(api: Api) -> None:
    document = await posted(api)
    assert (await api.get(f"/documents/{document}/audio/redacted")).status_code == 404
    api.finish(document, [b"{}"])
    answer = await api.get(f"/documents/{document}/audio/redacted")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    flac = b"fLaC" + bytes(range(256)) * 3000
    store_copy(api.box.lake, api.box.ledger.document(document).result_key or "", BytesIO(flac))
    answer = await api.get(f"/documents/{document}/audio/redacted")
    assert (answer.status_code, answer.content, answer.headers["content-type"]) == (200, flac, "audio/flac")
    assert answer.headers["content-length"] == str(len(flac))
    assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'"


async def test_the_object_is_a_download_and_nothing_else(api: Api) -> None:
    page = b"<svg onload=alert(1)>"
    document = await posted(api, page, "eñe onload=.svg")
    answer = await api.get(f"/documents/{document}/content")
    assert answer.content == page
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"].startswith("sandbox")
    assert answer.headers["content-disposition"] == "attachment; filename=\"e_e onload_.svg\"; filename*=UTF-8''e%C3%B1e%20onload%3D.svg"


@pytest.mark.parametrize("name", ['a"b', "a\r\nSet-Cookie: x", "ünï", "a;b=c", "\u202e"])
def test_no_name_leaves_its_header_value(name: str) -> None:
    value = as_attachment(f"posts/1/{name}")
    assert value.isascii()
    assert value.isprintable()
    assert value.count('"') == 2


async def test_an_object_that_changed_behind_our_back_is_not_handed_out(api: Api) -> None:
    document = await posted(api)
    api.box.bucket.delete(api.box.ledger.document(document).key)
    answer = await api.get(f"/documents/{document}/content")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


async def test_deleting_removes_object_and_document(api: Api) -> None:
    document = await posted(api)
    api.box.bucket.mark()
    async with api.client() as client:
        answer = await client.delete(f"/documents/{document}")
        assert (answer.status_code, answer.json()["outcome"]) == (202, "gone")
        assert (await client.get(f"/documents/{document}")).json()["state"] == "deleted"
        assert (await client.get(f"/documents/{document}/content")).status_code == 404
        assert (await client.delete("/documents/" + "a" * 26)).status_code == 404
    assert [key for key in api.objects() if key.startswith("posts/")] == []


async def test_asking_for_another_run(api: Api) -> None:
    document = await posted(api)
    refused = await api.post(f"/documents/{document}/redrive")
    assert (refused.status_code, refused.json()["code"]) == (409, "conflict")
    api.reject(document, "empty", "no bytes")
    assert (await api.post(f"/documents/{document}/redrive")).status_code == 202
    again = await api.post(f"/documents/{document}/reprocess")
    assert (again.status_code, again.json()["run"]) == (202, 2)
    assert (await api.post("/documents/" + "a" * 26 + "/reprocess")).status_code == 404
