"""Records are found where they begin and end, in bounded memory, and cutting a file at them loses nothing."""

from __future__ import annotations

import io
import json
import random
from itertools import pairwise

import pytest

from workers.reviews import spans
from workers.reviews.jsonlists import elements, locate

FAR = 2**62


def cut(function, data: bytes, cap: int = 1000, start: int = 0, end: int = FAR, **more):
    stream = io.BytesIO(data)
    stream.seek(start)
    return list(function(stream, start, end, cap, **more))


def rows(data: bytes, cap: int = 1000, **more):
    return cut(spans.rows, data, cap, dialect=spans.Dialect(","), **more)


def test_lines_skip_blank_ones_and_walk_over_long_ones():
    found = cut(spans.lines, b"a\n\n  \nbb\n" + b"x" * 50 + b"\nlast", cap=20)
    assert [(span.start, span.end, span.data) for span in found] == [(0, 2, b"a\n"), (6, 9, b"bb\n"), (9, 60, None), (60, 64, b"last")]


def test_blocks_are_divided_by_blank_lines():
    found = cut(spans.blocks, b"\none\ntwo\n\n \nthree", cap=100)
    assert [span.data for span in found] == [b"one\ntwo\n", b"three"]
    assert [span.data for span in cut(spans.blocks, b"one\n" + b"two\n" * 50 + b"\nthree", cap=20)] == [None, b"three"]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b'a,b\n"x\ny",2\nz,3\n', [b"a,b\n", b'"x\ny",2\n', b"z,3\n"]),
        (b'"say ""hi""\nthere",1\nz,2', [b'"say ""hi""\nthere",1\n', b"z,2"]),
        (b'5" screen,1\nz,2\n', [b'5" screen,1\n', b"z,2\n"]),
        (b'a,"x"y,z\nb\n', [b'a,"x"y,z\n', b"b\n"]),
        (b'a,"b""",c\nd\n', [b'a,"b""",c\n', b"d\n"]),
        (b"a\r\n\r\nb\r\n", [b"a\r\n", b"b\r\n"]),
        (b'a,"\n\n",c\n', [b'a,"\n\n",c\n']),
    ],
)
def test_quoted_line_ends_do_not_end_a_row(data, expected):
    assert [span.data for span in rows(data)] == expected
    assert not any(span.broken for span in rows(data))


def test_a_stray_quote_breaks_its_own_row_only():
    data = b'a,"b\n' + b"c,d\n" * 30
    found = rows(data)
    assert [span.broken for span in found] == [True] + [False] * 30
    assert found[1] == spans.Span(5, 9, b"c,d\n", line=1)


def test_a_cell_that_never_closes_and_holds_no_rows_is_one_broken_record():
    (found,) = rows(b'a,"b\nprose\nmore prose\n')
    assert found.broken


def test_a_long_row_is_walked_over():
    found = rows(b"a,b\n" + b"x" * 5000 + b",1\n" + b"c,d\n", cap=100)
    assert [span.data for span in found] == [b"a,b\n", None, b"c,d\n"]


def test_the_list_of_a_file_of_reviews_is_cut_at_its_commas():
    data = b'[ {"a": "x,]}\\"{"} , "two", [3,[4]] ,5 ] garbage'
    assert [span.data.strip() for span in cut(elements, data, start=1)] == [b'{"a": "x,]}\\"{"}', b'"two"', b"[3,[4]]", b"5"]


def test_an_element_past_the_cap_is_walked_over():
    for big in (b'{"t": "' + b"x" * 3000 + b'"}', b"[" + b"[1]," * 900 + b"2]", b'{"t": "' + b'\\"' * 1500 + b'"}', b'"' + b"\\\\" * 2000 + b'"'):
        data = b'{"a":1},' + big + b',{"b":2}]'
        found = cut(elements, data, cap=100)
        assert [span.data for span in found] == [b'{"a":1}', None, b'{"b":2}'], big[:20]
        assert data[found[1].start : found[1].end] == big + b","


@pytest.mark.timeout(60)  # a walk that counts to the end again at every byte would take hours
@pytest.mark.parametrize("cap", [1000, FAR])
def test_a_nesting_bomb_is_one_element(cap):
    bomb = b"[" * 1_000_000 + b"]" * 1_000_000
    data = b'{"a":1},' + bomb + b',"]",[[]],{"b":2}]'
    found = cut(elements, data, cap=cap)
    assert [data[span.start : span.end] for span in found] == [b'{"a":1},', bomb + b",", b'"]",', b"[[]],", b'{"b":2}]']
    assert not any(span.broken for span in found)


@pytest.mark.parametrize("tail", [b'{"a": ', b'{"a": "open', b"[[[[", b'{"a": 1}', b'"x'])
def test_a_list_that_never_closes_ends_in_a_broken_element(tail):
    found = cut(elements, b'{"z":0},' + tail)
    assert [span.broken for span in found] == [False, True]


def test_chunk_borders_change_nothing(monkeypatch):
    noise = random.Random(3)
    texts = ["".join(noise.choice('ab"\\{}[],é\n ') for _ in range(noise.randrange(40))) for _ in range(200)]
    data = json.dumps([{"text": text, "n": [1, {"x": text}]} for text in texts], ensure_ascii=False).encode()
    whole = [json.loads(span.data)["text"] for span in cut(elements, data, start=1)]
    assert whole == texts
    for size in (1, 7, 64):
        monkeypatch.setattr("workers.reviews.jsonlists.CHUNK", size)
        assert [json.loads(span.data)["text"] for span in cut(elements, data, start=1)] == texts


@pytest.mark.parametrize("seed", range(20))
def test_reading_from_any_record_on_gives_the_rest(seed):
    noise = random.Random(seed)
    alphabet = ['"', '""', ",", "\n", "a", "b c", '"x,\ny"', "\r\n", '\\"']
    data = "".join(noise.choice(alphabet) for _ in range(200)).encode()
    found = rows(data)
    assert all(left.end <= right.start for left, right in pairwise(found))
    listed = json.dumps(["".join(noise.choice(alphabet) for _ in range(10)) for _ in range(20)]).encode()
    items = cut(elements, listed, start=1)
    for at in range(len(items)):
        assert cut(elements, listed, start=items[at].start) == items[at:]


NAMES = {"reviews", "items"}
TEXTS = {"text", "review"}


@pytest.mark.parametrize(
    ("data", "behind", "beside"),
    [
        (b' [{"text": 1}]', b" [", {}),
        (b'{"reviews": [{"x": 1}]}', b'{"reviews": [', {"reviews": None}),
        (
            b'{"product": "P", "tags": ["a"], "reviews": [ {"x": 1}]}',
            b'{"product": "P", "tags": ["a"], "reviews": [',
            {"product": "P", "tags": ["a"], "reviews": None},
        ),
        (b'{"data": {"items": ["good"]}}', b'{"data": {"items": [', {"data": {"items": None}}),
        (b'{"other": [{"x": 1}]}', b'{"other": [', {"other": None}),
        (b'{"text": "one review", "items": [{"x": 1}]}', None, {}),
        (b'{"a": 1}', None, {}),
        (b'{"a": [1, 2]}', None, {}),
        (b"", None, {}),
        (b"]]]}}", None, {}),
    ],
)
def test_where_the_list_begins(data, behind, beside):
    found = locate(data, NAMES, TEXTS)
    assert found.offset == (None if behind is None else len(behind))
    assert found.beside == beside
