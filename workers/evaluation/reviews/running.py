"""Labelled reviews through the service's own pipeline, in confined children. No label goes with them, so that none helps."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import ExitStack
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from time import monotonic
from typing import Any, Final, TypeVar

from pydantic import ValidationError

from adapters.sandbox.child import Child
from adapters.sandbox.pool import ChildPool
from schemas.documents import Kind, Value, document_id
from schemas.errors import EngineOutputInvalid
from workers.consumer import parser_spec
from workers.container import Container
from workers.evaluation.reviews.child import ENTRY, TERM_POLARITY, GivenTerms, Judgement, Ready, Samples, Worked
from workers.evaluation.reviews.found import Found, found_reviews, span_of
from workers.evaluation.reviews.gold import GoldReview
from workers.exchange import INPUT, OUT, RESULT, WorkReply, WorkRequest, opened
from workers.parser import valid_reply

V = TypeVar("V", bound=Value)
Told = Callable[[int, int, int], None]
"""Called as reviews are read, with how many are, of how many, and how many of them could not be."""
CHUNK_ROWS: Final = 512
CHUNK_BYTES: Final = 1 << 20
"""Of a file of reviews handed to a child: small enough to be one part, so that it is read once."""
COLUMNS: Final = ("text", "title", "language")
"""What the service is told of a review."""
SAMPLES: Final = 64
"""Texts a child is warmed up with."""


@dataclass(frozen=True, slots=True)
class Asked:
    """How to read: children at a time, and whether the language that a row states is told."""

    jobs: int = 1
    told_language: bool = True


@dataclass(frozen=True, slots=True)
class Readings:
    """What became of all reviews, in their order; None for one that was not read."""

    found: tuple[Found | None, ...]
    provides: tuple[str, ...]
    """What the engine declares that it fills."""
    adapter: str
    pipeline_version: str
    processor_s: float
    nlp_s: float
    """Of the processor time, the language engine's."""
    wall_s: float
    """From the first review to the last; starting the children and loading models excluded."""


@dataclass(frozen=True, slots=True)
class _Chunk:
    found: list[Found | None]
    lines: Sequence[Mapping[str, Any]]
    processor_s: float
    nlp_s: float


def read_reviews(container: Container, reviews: Sequence[GoldReview], asked: Asked, told: Told) -> Readings:
    """Read every review. Raises what the engine's loading does, and what ended a child; interrupted, it kills its children and raises."""
    folder = Path(tempfile.mkdtemp(prefix="tamiz-"))
    spec = parser_spec(container, crops="none")
    spec = spec.model_copy(update={"entry": ENTRY})
    pool = ChildPool(spec, folder / "children", asked.jobs)
    reader = Reader(pool, asked.told_language, container.settings.document_timeout_s)
    try:
        reader.warm(asked.jobs, [review.text for review in reviews[:: max(1, len(reviews) // SAMPLES)]])
        with ThreadPoolExecutor(asked.jobs, thread_name_prefix="eval") as threads:
            started = monotonic()
            futures = [threads.submit(reader.read, chunk) for chunk in chunks(reviews)]
            try:
                _wait(futures, len(reviews), told)
            except BaseException:
                pool.abort_all()
                threads.shutdown(wait=True, cancel_futures=True)
                raise
            wall_s = monotonic() - started
            read = [future.result() for future in futures]
            found = [one for chunk in read for one in chunk.found]
            return _readings(read, reader.judged(reviews, found), reader.provides, wall_s)
    finally:
        pool.abort_all()
        shutil.rmtree(folder, ignore_errors=True)


def _readings(read: Sequence[_Chunk], found: Sequence[Found | None], provides: tuple[str, ...], wall_s: float) -> Readings:
    lines = [line for chunk in read for line in chunk.lines]
    return Readings(
        found=tuple(found),
        provides=provides,
        adapter=next((row["adapter"] for line in lines for row in line["reviews"]), ""),
        pipeline_version=lines[0]["pipeline_version"],
        processor_s=sum(chunk.processor_s for chunk in read),
        nlp_s=sum(chunk.nlp_s for chunk in read),
        wall_s=wall_s,
    )


def _wait(futures: Sequence[Future[_Chunk]], number: int, told: Told) -> None:
    done = unread = 0
    for future in as_completed(futures):
        chunk = future.result().found
        done, unread = done + len(chunk), unread + sum(one is None for one in chunk)
        told(done, number, unread)


def chunks(reviews: Sequence[GoldReview]) -> Iterator[Sequence[GoldReview]]:
    """Runs of reviews of at most `CHUNK_ROWS` and `CHUNK_BYTES`; one that is larger alone stands alone."""
    start = size = 0
    for place, review in enumerate(reviews):
        cost = len(review.text.encode("utf-8", "surrogatepass"))
        if place > start and (place - start == CHUNK_ROWS or size + cost > CHUNK_BYTES):
            yield reviews[start:place]
            start, size = place, 0
        size += cost
    if start < len(reviews):
        yield reviews[start:]


def file_of(reviews: Iterable[GoldReview], told_language: bool) -> bytes:
    """A file of reviews as somebody would drop it: texts, titles and languages, and no label."""
    lines = ({"text": one.text, "title": one.title, "language": one.language if told_language else None} for one in reviews)
    return "".join(json.dumps(line) + "\n" for line in lines).encode("ascii")


class Reader:
    """Children at work; `provides` is what their engine declares, known once they are warm."""

    def __init__(self, pool: ChildPool, told_language: bool, deadline_s: float) -> None:
        self._pool = pool
        self._told_language = told_language
        self._deadline_s = deadline_s
        self.provides: tuple[str, ...] = ()

    def warm(self, jobs: int, texts: Sequence[str]) -> None:
        """Start all children and have them load their models."""
        with ExitStack() as lent:
            for child in [lent.enter_context(self._pool.lease()) for _ in range(jobs)]:
                answer = child.call("warm", Samples(texts=tuple(texts)).model_dump(mode="json"), deadline_s=self._deadline_s)
                self.provides = _checked(Ready, answer).provides

    def read(self, reviews: Sequence[GoldReview]) -> _Chunk:
        """One file of reviews."""
        data = file_of(reviews, self._told_language)
        request = _request(data)
        with self._pool.lease() as child:
            (child.workdir / INPUT).write_bytes(data)
            done = [self._work(child, request)]
            if parts := done[0][0].parts:
                done += [self._work(child, request.model_copy(update={"part": part})) for part in parts]
        lines = [line for _, line, _ in done if line]
        found = [one for line in lines for one in found_reviews(line, line["items"])]
        if len(found) != len(reviews):
            raise EngineOutputInvalid(f"of {len(reviews)} reviews {len(found)} came back; the reader counts the rows of a file in another way")
        took = [worked for _, _, worked in done]
        return _Chunk(found, lines, sum(one.processor_s for one in took), sum(one.nlp_s for one in took))

    def _work(self, child: Child, request: WorkRequest) -> tuple[WorkReply, dict[str, Any], Worked]:
        """The reply, the Extraction where there is one, and what it took."""
        worked = _checked(Worked, child.call("work", request.model_dump(mode="json"), deadline_s=self._deadline_s))
        reply = valid_reply(worked.reply)
        if reply.parts:
            return reply, {}, worked
        with opened(child.workdir / OUT / RESULT) as left:
            return reply, json.load(left), worked

    def judged(self, reviews: Sequence[GoldReview], found: Sequence[Found | None]) -> list[Found | None]:
        """What was found, with the polarity of every labelled term that has a place, where the engine judges given terms."""
        judged = list(found)
        if TERM_POLARITY not in self.provides:
            return judged
        for places in _by_language(reviews, found):
            read = [(place, one) for place in places if (one := found[place]) is not None]
            with self._pool.lease() as child:
                for place, given in zip((place for place, _ in read), self._judge(child, reviews, read), strict=True):
                    one = found[place]
                    judged[place] = one and replace(one, given=given)
        return judged

    def _judge(self, child: Child, reviews: Sequence[GoldReview], read: Sequence[tuple[int, Found]]) -> Iterator[tuple[Any, ...]]:
        spans = [[span_of(one.text, aspect) for aspect in reviews[place].aspects or ()] for place, one in read]
        given = GivenTerms(
            language=(reviews[read[0][0]].language if self._told_language else None) or read[0][1].language,
            texts=tuple(one.text for _, one in read),
            spans=tuple(tuple(span for span in row if span) for row in spans),
        )
        answer = _checked(Judgement, child.call("judge", given.model_dump(mode="json"), deadline_s=self._deadline_s))
        for row, polarities in zip(spans, answer.polarities, strict=True):
            said = iter(polarities)
            yield tuple(next(said) if span else None for span in row)


def _by_language(reviews: Sequence[GoldReview], found: Sequence[Found | None]) -> Iterator[list[int]]:
    """Places of the reviews with labelled terms, by the language that was told or found, as many as one call takes."""
    groups: dict[tuple[str | None, str | None], list[int]] = {}
    for place, (gold, one) in enumerate(zip(reviews, found, strict=True)):
        if gold.aspects and one is not None:
            groups.setdefault((gold.language, one.language), []).append(place)
    for places in groups.values():
        for start in range(0, len(places), CHUNK_ROWS):
            yield places[start : start + CHUNK_ROWS]


def _request(data: bytes) -> WorkRequest:
    digest = sha256(data).hexdigest()
    return WorkRequest(
        document_id=document_id("evaluation", digest),
        key="reviews.jsonl",
        name="reviews.jsonl",
        source_uri="file:///reviews.jsonl",
        version=digest[:16],
        size_bytes=len(data),
        sha256=digest,
        kind=Kind.REVIEW,
        metadata={"columns": {name: name for name in COLUMNS}},
    )


def _checked(model: type[V], answer: Mapping[str, Any]) -> V:
    try:
        return model.model_validate(answer)
    except ValidationError as error:
        raise EngineOutputInvalid(f"the parser child's answer is not of its form ({error.error_count()} faults)") from error
