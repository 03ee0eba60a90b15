"""The running service, as the command line reaches it: its address lies in DIR/run/."""

from __future__ import annotations

import json
import os
from http.client import HTTPException
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

from schemas.errors import TamizError, error_for_code
from schemas.warehouse import QueryResult

PATIENCE_S = 5.0
"""Seconds beyond a query's own limit before the service counts as not answering."""
NOT_FOR_US = frozenset({401, 403, 404, 429})
"""The service wants a key or has SQL off: who may read its files asks the file."""


def ask_service(run_dir: Path, statement: str, seconds: float) -> QueryResult | None:
    """The service's answer; None when none runs or it does not answer us. Raises the typed error that it answers."""
    from workers.supervise import run_facts

    url = run_facts(run_dir, "api").get("url")
    if not isinstance(url, str):
        return None
    headers = {"Content-Type": "application/json"}
    if key := os.environ.get("TAMIZ_API_KEY"):
        headers["Authorization"] = f"Bearer {key}"
    request = Request(f"{url}/sql", json.dumps({"sql": statement}).encode(), headers)  # noqa: S310 - the address is our own
    try:
        with build_opener(ProxyHandler({})).open(request, timeout=seconds + PATIENCE_S) as response:
            return QueryResult.model_validate_json(response.read())
    except HTTPError as error:
        with error:
            typed = _typed(error)
        if typed is None:
            return None
        raise typed from None
    except (OSError, HTTPException, ValueError):  # nobody there, or somebody else has the port by now
        return None


def _typed(error: HTTPError) -> TamizError | None:
    if error.code in NOT_FOR_US:
        return None
    try:
        problem = json.loads(error.read())
        return error_for_code(problem["code"], problem["detail"])
    except (ValueError, KeyError, TypeError):
        return None
