"""Warehouse tables, derived from the row models: names, columns, types, order. Adapters turn them into DDL.

Every table begins with `document_id`; a fact table ends with the columns of `schemas.rows.evidence.TAIL`.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from schemas.documents import Value
from schemas.extractions import EXTRACTIONS
from schemas.rows.common import DocumentRow, ExtractionRow, StepRow
from schemas.rows.evidence import TAIL, Fact, Row

WAREHOUSE_SCHEMA = 1


class SqlType(StrEnum):
    """Logical column types; every warehouse maps all of them."""

    TEXT = "text"
    INTEGER = "integer"
    FLOAT = "float"
    BOOLEAN = "boolean"
    MONEY = "money"
    TIMESTAMP = "timestamp"
    DATE = "date"
    JSON = "json"


class Column(Value):
    """One column. `field` is the attribute of the row model (`class_` for the column `class`)."""

    name: str
    type: SqlType
    nullable: bool
    description: str = ""
    field: str


class Table(Value):
    """One table: its first column is `document_id`, which the row model does not hold."""

    name: str
    description: str
    columns: tuple[Column, ...]

    @property
    def column_names(self) -> tuple[str, ...]:
        """All columns in order, `document_id` first."""
        return tuple(column.name for column in self.columns)


ITEM_NUMBERS: Mapping[str, tuple[str, ...]] = {
    "pages": ("page_no",),
    "lines": ("page_no",),
    "offers": ("page_no",),
    "objects": ("page_no",),
    "utterances": ("utterance_no",),
    "call_spans": (),
    "replies": (),
    "calls": (),
    "reviews": ("review_no",),
    "aspects": ("review_no",),
    "terms": ("item_no",),
    "entities": ("item_no",),
}
"""Columns that count items of the source: in a part, the items of the parts before are added."""

ROW_NUMBERS: Mapping[str, str] = {"offers": "offer_no", "objects": "object_no", "call_spans": "span_no", "replies": "reply_no"}
"""Columns that count rows of the table: in a part, the rows of the parts before are added."""

_SIMPLE: Mapping[Any, SqlType] = {
    str: SqlType.TEXT,
    int: SqlType.INTEGER,
    float: SqlType.FLOAT,
    bool: SqlType.BOOLEAN,
    Decimal: SqlType.MONEY,
    datetime: SqlType.TIMESTAMP,
    date: SqlType.DATE,
}


def _sql_type(annotation: Any) -> SqlType:
    if annotation is Any:
        return SqlType.JSON
    if annotation in _SIMPLE:
        return _SIMPLE[annotation]
    origin = get_origin(annotation)
    if origin is Literal:
        return SqlType.TEXT
    if origin in (Union, types.UnionType):
        inner = {_sql_type(arg) for arg in get_args(annotation) if arg is not type(None)}
        if len(inner) == 1:
            return inner.pop()
    if origin in (tuple, list, dict):
        return SqlType.JSON
    if hasattr(annotation, "__metadata__"):
        return _sql_type(get_args(annotation)[0])
    raise TypeError(f"no column type for {annotation!r}")


def _nullable(field: FieldInfo) -> bool:
    return type(None) in get_args(field.annotation)


def _table(name: str, row: type[Row]) -> Table:
    ordered = list(row.model_fields)
    if issubclass(row, Fact):
        ordered = [n for n in ordered if n not in TAIL] + [n for n in TAIL if n in ordered]
    columns = [Column(name="document_id", type=SqlType.TEXT, nullable=False, description="the document this row belongs to", field="document_id")]
    for field_name in ordered:
        field = row.model_fields[field_name]
        columns.append(
            Column(
                name=field.alias or field_name,
                type=_sql_type(field.annotation),
                nullable=_nullable(field),
                description=field.description or "",
                field=field_name,
            )
        )
    return Table(name=name, description=(row.__doc__ or "").strip().splitlines()[0], columns=tuple(columns))


def row_models() -> dict[str, type[Row]]:
    """Every fact table's row model by table name, read off the Extraction models."""
    found: dict[str, type[Row]] = {}
    for extraction in EXTRACTIONS.values():
        for name, field in extraction.model_fields.items():
            args = get_args(field.annotation)
            if get_origin(field.annotation) is tuple and isinstance(args[0], type) and issubclass(args[0], Row):
                found[name] = args[0]
    found.pop("steps")
    return found


TABLES: dict[str, Table] = {
    "documents": _table("documents", DocumentRow),
    "steps": _table("steps", StepRow),
    "extractions": _table("extractions", ExtractionRow),
    **{name: _table(name, row) for name, row in row_models().items()},
}
"""All tables of schema version 1 by name."""
