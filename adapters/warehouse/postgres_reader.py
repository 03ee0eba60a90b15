"""Questions to PostgreSQL: a child per reader, ended at the limits, that talks to the server in a read-only transaction.

The server is the border here: what the role may not read, no statement can. A role that is a superuser, or may read the server's files or run
its programs, is refused (`query_url` names a better one); settings changed inside a statement end with its connection.
"""

from __future__ import annotations

from adapters.sandbox.spec import ChildSpec
from adapters.warehouse.query_parent import QueryChildren, child_limits
from schemas.warehouse import QueryLimits, QueryResult


def answer(children: QueryChildren, sql: str, limits: QueryLimits, url: str, *, connect_s: int, allow_unconfined: bool) -> QueryResult:
    """One statement's answer; see the port. The child is limited but not isolated: it needs the network to reach the server."""
    from contextlib import nullcontext

    spec = ChildSpec(
        entry="adapters.warehouse.postgres_child:serve",
        options={"url": url, "connect_s": connect_s, "allow_unconfined": allow_unconfined},
        limits=child_limits(limits),
        confine=False,
    )
    return children.answer(sql, limits, spec, lambda _: nullcontext(), isolated=False)
