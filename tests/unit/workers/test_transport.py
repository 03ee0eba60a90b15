"""The embedded broker; it is about files, so it uses a folder of its own."""

from __future__ import annotations

import os
from pathlib import Path
from queue import Empty

import pytest
from kombu import Connection

from workers import transport


@pytest.fixture
def connection(tmp_path: Path) -> Connection:
    transport.register()
    with Connection(transport.URL, transport_options={"folder": str(tmp_path / "broker")}) as connection:
        yield connection


def test_messages_come_out_in_order_and_once(connection: Connection) -> None:
    channel, other = connection.channel(), connection.channel()
    for number in range(5):
        channel._put("text", {"body": number})
    got = [channel._get("text")["body"], other._get("text")["body"], channel._get("text")["body"], other._get("text")["body"]]
    got.append(channel._get("text")["body"])
    assert got == [0, 1, 2, 3, 4]
    for reader in (channel, other):
        with pytest.raises(Empty):
            reader._get("text")


def test_a_half_written_message_is_not_seen(connection: Connection, tmp_path: Path) -> None:
    channel = connection.channel()
    channel._new_queue("text")
    (tmp_path / "broker" / "text" / ".00001-1-1").write_text('{"body": ')
    assert channel._size("text") == 0


@pytest.mark.parametrize("content", ["", "{not json", "\x00"])
def test_an_unreadable_message_is_set_aside_and_the_next_one_delivered(connection: Connection, tmp_path: Path, content: str) -> None:
    channel = connection.channel()
    channel._new_queue("text")
    (tmp_path / "broker" / "text" / "00000-1-1").write_text(content)
    channel._put("text", {"body": "good"})
    assert channel._get("text") == {"body": "good"}
    assert [path.read_text() for path in (tmp_path / "broker" / ".unreadable").iterdir()] == [content]


def test_a_wiped_folder_is_an_empty_queue_and_works_again(connection: Connection, tmp_path: Path) -> None:
    channel = connection.channel()
    channel._put("text", {"body": 1})
    transport.renew(tmp_path / "broker")
    with pytest.raises(Empty):
        channel._get("text")
    channel._put("text", {"body": 2})
    assert channel._get("text") == {"body": 2}


def test_a_message_that_comes_long_after_the_queue_was_seen_empty_is_found(connection: Connection, tmp_path: Path) -> None:
    """An old empty folder is not listed again until its time moves."""
    channel = connection.channel()
    channel._new_queue("text")
    folder = tmp_path / "broker" / "text"
    os.utime(folder, ns=(1, 1))
    for _ in range(2):
        with pytest.raises(Empty):
            channel._get("text")
    channel._put("text", {"body": 1})
    assert channel._get("text") == {"body": 1}


def test_queues_do_not_mix_and_purge_counts(connection: Connection) -> None:
    channel = connection.channel()
    channel._put("text", {"body": 1})
    channel._put("ocr", {"body": 2})
    assert channel._purge("text") == 1
    assert channel._size("ocr") == 1
