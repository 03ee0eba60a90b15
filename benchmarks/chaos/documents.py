"""The documents of a run: which bytes are sent when and how often, and what is done to them meanwhile. All of it follows from the seed."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from adapters.testing.misbehaving import MARK
from benchmarks import material


class Fate(StrEnum):
    """What happens to a document in its engine; the misbehaving ones are the behaviours of `adapters.testing.misbehaving`."""

    FINE = "fine"
    MALFORMED = "malformed"
    TRANSIENT = "transient"
    UNTYPED = "untyped"
    KILL = "kill"
    SEGFAULT = "segfault"
    TERMINAL = "terminal"
    GARBAGE = "garbage"
    MEMORY = "memory"
    HANG = "hang"


MISBEHAVING = {
    Fate.TRANSIENT: 0.45,
    Fate.KILL: 0.12,
    Fate.SEGFAULT: 0.08,
    Fate.UNTYPED: 0.12,
    Fate.TERMINAL: 0.08,
    Fate.GARBAGE: 0.09,
    Fate.MEMORY: 0.02,
    Fate.HANG: 0.04,
}
"""How the misbehaving ones misbehave. Few hang or eat memory: each holds a slot for as long as its cap allows, three times."""


class Way(StrEnum):
    """How a version reaches the service."""

    RENAME = "rename"  # written beside its place and moved into it
    PLAIN = "plain"  # written where it lies, as most programs do
    POST = "post"


SHARES = (
    ("review-json", 0.12),
    ("review-jsonl", 0.12),
    ("review-csv", 0.12),
    ("review-text", 0.08),
    ("text", 0.14),
    ("image", 0.10),
    ("pdf", 0.10),
    ("scan", 0.03),
    ("call", 0.08),
    ("mail", 0.05),
    ("malformed", 0.06),
)
"""Sorts of documents and how many of all they are; a quarter of the texts and JSON lines misbehaves."""

FOLDERS = {"review": "reviews", "text": "documents", "image": "scans", "pdf": "documents", "scan": "scans", "call": "calls", "mail": "messages"}
ENDINGS = {
    **{"review-json": "json", "review-jsonl": "jsonl", "review-csv": "csv", "review-text": "txt", "text": "txt"},
    **{"image": "png", "pdf": "pdf", "scan": "pdf", "call": "wav", "mail": "eml"},
}


@dataclass(frozen=True)
class Planned:
    """One document: its versions in the order they are sent, the last one being the truth, and what else happens to it."""

    number: int
    key: str
    way: Way
    versions: tuple[bytes, ...]
    fate: Fate
    copies: int
    """Times each event is sent: 1 to 3."""
    deleted: bool
    reprocessed: bool

    @property
    def folder(self) -> str:
        """Where a POST puts it, or the key's own first level: key patterns route by it."""
        return "posts" if self.way is Way.POST else self.key.split("/", 1)[0]

    @property
    def name(self) -> str:
        """The file's name."""
        return self.key.rsplit("/", 1)[-1]


def plan(seed: int, count: int) -> list[Planned]:
    """`count` documents."""
    rng = random.Random(seed)
    return [_planned(rng, number) for number in range(count)]


def _planned(rng: random.Random, number: int) -> Planned:
    sort, fate = _sort(rng)
    way = rng.choices((Way.RENAME, Way.PLAIN, Way.POST), (0.45, 0.35, 0.2))[0]
    versions = 1
    if way is not Way.POST and rng.random() < 0.15:
        versions += rng.randint(1, 2)
    make = _broken(sort) if fate is Fate.MALFORMED else _maker(sort)
    word = "" if fate in (Fate.FINE, Fate.MALFORMED) else f"{MARK}{fate.value};"
    return Planned(
        number=number,
        key=f"{FOLDERS[sort.partition('-')[0]]}/{number:06d}.{ENDINGS[sort]}",
        way=way,
        versions=tuple(make(rng, f"{word} document {number} version {version}".strip()) for version in range(1, versions + 1)),
        fate=fate,
        copies=rng.randint(1, 3),
        deleted=rng.random() < 0.08,
        reprocessed=rng.random() < 0.05,
    )


def _sort(rng: random.Random) -> tuple[str, Fate]:
    sort = rng.choices([sort for sort, _ in SHARES], [share for _, share in SHARES])[0]
    if sort == "malformed":
        return rng.choice(("review-json", "image", "pdf", "call", "mail")), Fate.MALFORMED
    if sort in ("text", "review-jsonl") and rng.random() < 0.25:
        return sort, rng.choices(list(MISBEHAVING), list(MISBEHAVING.values()))[0]
    return sort, Fate.FINE


Maker = Callable[[random.Random, str], bytes]


def _maker(sort: str) -> Maker:
    if sort.startswith("review-"):
        return lambda rng, text: _REVIEWS[sort](_opinions(rng, text))
    return {
        "text": lambda rng, text: f"{text}\n{material.prose(rng, 9)}".encode(),
        "image": lambda rng, text: material.page_image(f"{text}\n{material.sentence(rng)}"),
        "pdf": lambda rng, text: material.text_pdf([f"{text}\n{material.sentence(rng)}" for _ in range(rng.randint(1, 3))]),
        "scan": lambda _, text: material.scanned_pdf(text),
        "call": lambda rng, _: material.tone(rng, rng.uniform(0.4, 1.5), rng.choice((1, 2))),
        "mail": _mail,
    }[sort]


def _opinions(rng: random.Random, text: str) -> list[dict[str, object]]:
    """One to five reviews; only the first carries `text`, so that a fault that heals once heals for the whole file."""
    return [material.review(rng, f"{text}. {material.sentence(rng)}"), *(material.review(rng) for _ in range(rng.randint(0, 4)))]


_REVIEWS = {
    "review-json": material.reviews_json,
    "review-jsonl": material.reviews_jsonl,
    "review-csv": material.reviews_csv,
    "review-text": material.reviews_text,
}


def _mail(rng: random.Random, text: str) -> bytes:
    attachments = [(f"note-{number}.txt", "text/plain", f"{text}, note {number}\n{material.prose(rng, 3)}".encode()) for number in (1, 2)]
    attachments.append(("page.png", "image/png", material.page_image(f"{text} attached")))
    return material.mail(text, material.prose(rng, 3), rng.sample(attachments, rng.randint(1, 3)))


def _broken(sort: str) -> Maker:
    """Bytes that are rejected: cut short, or no such format at all."""
    whole = _maker(sort)

    def make(rng: random.Random, text: str) -> bytes:
        if sort in ("review-json", "mail"):
            return bytes(rng.randrange(256) for _ in range(512)) + text.encode()
        content = whole(rng, text)
        return content[: rng.randint(20, max(21, len(content) // 3))]

    return make
