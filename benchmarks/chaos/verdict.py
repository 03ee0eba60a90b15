"""The warehouse against the oracle: what is lost, doubled, wrong, or should not be there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from benchmarks.chaos.audit import CRASHES
from benchmarks.chaos.oracle import Expected
from benchmarks.chaos.rows import Facts, Warehouse
from schemas.documents import document_id
from workers.container import ATTACHMENTS

SHOWN = 20
"""Faults spelled out in the summary."""


@dataclass
class Verdict:
    """Counts of faults; all zero is what is asked."""

    documents: int = 0
    rows: int = 0
    lost: int = 0
    """Documents that are not in the warehouse, or without any of the rows they must have."""
    duplicated_rows: int = 0
    differing_rows: int = 0
    """Rows the oracle has and the warehouse does not, or the other way round."""
    wrong_state: int = 0
    unexpected: int = 0
    """Documents in the warehouse that were deleted, or that nobody sent."""
    faults: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Whether there is no fault of any sort."""
        return not (self.lost or self.duplicated_rows or self.differing_rows or self.wrong_state or self.unexpected)

    def fault(self, text: str) -> None:
        """Remember one, so that a person can look into it."""
        if len(self.faults) < SHOWN:
            self.faults.append(text)


def judge(warehouse: Warehouse, expected: Mapping[str, Expected]) -> Verdict:
    """Compare everything in the warehouse with `expected` by document id; a document that is not in it must not be there."""
    verdict = Verdict()
    wanted = _with_attachments(expected)
    about: dict[str, list[dict[str, Any]]] = {}
    for row in warehouse.documents():
        about.setdefault(row["document_id"], []).append(row)
    facts, parts = warehouse.facts(), warehouse.parts()
    for document, (parent, one) in wanted.items():
        verdict.documents += 1
        _judge_document(
            verdict, document, {**one.about, "parent_document_id": parent} if one.status == "loaded" else {}, one, about.pop(document, [])
        )
        _judge_rows(verdict, document, one.facts, facts.pop(document, {}))
    for document in {*about, *facts}:
        verdict.unexpected += 1
        verdict.fault(f"{document} must not be there: {about.get(document)} {sorted(facts.get(document, {}))}")
    for (document, part), times in parts.items():
        if times > 1:
            verdict.duplicated_rows += times - 1
            verdict.fault(f"{document}: part {part} is {times} times in extractions")
    return verdict


def _with_attachments(expected: Mapping[str, Expected], parent: str | None = None) -> dict[str, tuple[str | None, Expected]]:
    found: dict[str, tuple[str | None, Expected]] = {}
    for document, one in expected.items():
        found[document] = (parent, one)
        inner = {document_id(ATTACHMENTS, f"{document}/{number}"): attachment for number, attachment in one.attachments.items()}
        found |= _with_attachments(inner, document)
    return found


def _judge_document(verdict: Verdict, document: str, wanted: Mapping[str, Any], one: Expected, rows: list[dict[str, Any]]) -> None:
    if not rows:
        verdict.lost += 1
        verdict.fault(f"{document} is lost (expected {one.status} {one.code or ''})")
        return
    if len(rows) > 1:
        verdict.duplicated_rows += len(rows) - 1
        verdict.fault(f"{document} is {len(rows)} times in documents")
    found = rows[0]
    if not _same_end((found["status"], found["error_code"]), (one.status, one.code)):
        verdict.wrong_state += 1
        verdict.fault(f"{document} is {found['status']} {found['error_code']}, expected {one.status} {one.code}: {found['source_uri'][-60:]}")
    elif different := {name: (found[name], value) for name, value in wanted.items() if found[name] != value}:
        verdict.differing_rows += 1
        verdict.fault(f"{document} differs in documents (is, should be): {different}")


def _same_end(found: tuple[str, str | None], wanted: tuple[str, str | None]) -> bool:
    """Deaths of the parser child count together, whatever each was: where one of ours hit a document that hangs, its last death was ours."""
    return found == wanted or (found[0] == wanted[0] == "dead" and {found[1], wanted[1]} <= set(CRASHES))


def _judge_rows(verdict: Verdict, document: str, wanted: Facts, found: Facts) -> None:
    for table in sorted({*wanted, *found}):
        should, is_there = wanted.get(table, Counter()), found.get(table, Counter())
        verdict.rows += is_there.total()
        for row, times in (is_there - should).items():
            if row in should:
                verdict.duplicated_rows += times
                verdict.fault(f"{document}: a row of {table} is there {times} times too often: {row}")
            else:
                verdict.differing_rows += times
                verdict.fault(f"{document}: {table} has a row the oracle does not know: {row}")
        for row, times in (should - is_there).items():
            verdict.differing_rows += times
            verdict.fault(f"{document}: {table} lacks {times} x {row}")
