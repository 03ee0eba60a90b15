"""`POST /sql`."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from handlers.http.body import check_json, whole
from handlers.http.problems import faults
from handlers.http.security import sql_is_on
from handlers.http.service import READ, Here
from handlers.tabular import csv_text
from schemas.errors import Forbidden, InvalidRequest
from schemas.warehouse import QueryLimits, QueryResult

router = APIRouter(tags=["sql"])

MAX_BODY_BYTES = 1024**2


class SqlRequest(BaseModel):
    """One question."""

    model_config = ConfigDict(extra="forbid")

    sql: str = Field(min_length=1, description="one read-only statement")
    format: Literal["json", "csv"] = "json"
    raw: bool = Field(default=False, description="csv: leave text that a spreadsheet would take for a formula as it is")


_BODY = {"requestBody": {"required": True, "content": {"application/json": {"schema": SqlRequest.model_json_schema()}}}}


@router.post("/sql", response_model=QueryResult, dependencies=[READ], openapi_extra=_BODY)
async def ask(request: Request, here: Here) -> Response:
    """Ask the warehouse: read-only, confined, within limits of time, rows and memory. Money comes as text with a decimal point."""
    settings = here.container.settings
    if not sql_is_on(settings):
        raise Forbidden("SQL over HTTP is off here; TAMIZ_SQL=true switches it on")
    check_json(request)
    try:
        question = SqlRequest.model_validate_json(await whole(request, MAX_BODY_BYTES, here.pace))
    except ValidationError as error:
        raise InvalidRequest(faults(error.errors())) from error
    limits = QueryLimits(seconds=settings.sql_timeout_s, rows=settings.sql_rows, memory_bytes=settings.sql_memory_bytes)
    return await here.query_slots.run(lambda: _answer(here.container.warehouse.query(question.sql, limits), question))


def _answer(result: QueryResult, question: SqlRequest) -> Response:
    headers = {"X-Tamiz-Truncated": "true"} if result.truncated else {}
    if question.format == "csv":
        return Response(csv_text(result, raw=question.raw), 200, headers, "text/csv; charset=utf-8")
    return Response(result.model_dump_json(), 200, headers, "application/json")
