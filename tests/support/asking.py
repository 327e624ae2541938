"""The one way to ask: the database as its superuser, a function as a person, the server by HTTP."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import psycopg
import pytest
from psycopg import sql

from tests.support.school import Caller, Database, Refusal

PROBLEM_MEMBERS = {"type", "title", "status", "detail", "code", "requestId"}


def one(db: Database, query: str, *parameters: Any) -> Any:
    """Return the only row of a query: its value, when it has one column."""
    rows = db.execute(query, parameters or None).fetchall()
    assert len(rows) == 1, rows
    return rows[0][0] if len(rows[0]) == 1 else rows[0]


def refusal(function: Callable[..., Any], *arguments: Any, **members: Any) -> Refusal:
    """Return the refusal of a call that must be refused."""
    with pytest.raises(Refusal) as caught:
        function(*arguments, **members)
    return caught.value


def pages(caller: Caller, function: str, **arguments: Any) -> Iterator[dict[str, Any]]:
    """Give a list page by page, to its end."""
    cursor = None
    while True:
        page = caller(function, cursor=cursor, **arguments)
        yield page
        cursor = page["nextCursor"]
        if cursor is None:
            return


def callable_functions(login: Database) -> set[str]:
    """Prove that a login reads no table and no view; return the functions that it may call."""
    relations = login.execute(
        "select n.nspname::text, c.relname::text from pg_catalog.pg_class as c"
        " join pg_catalog.pg_namespace as n on n.oid = c.relnamespace"
        " where c.relkind in ('r', 'p', 'v', 'm', 'S') and n.nspname !~ '^(pg_|information_)'"
    ).fetchall()
    assert len(relations) > 50
    for relation in relations:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            login.execute(sql.SQL("table {}").format(sql.Identifier(*relation)))
    rows = login.execute(
        "select format('%s.%s', n.nspname, p.proname) from pg_catalog.pg_proc as p"
        " join pg_catalog.pg_namespace as n on n.oid = p.pronamespace"
        " where n.nspname in ('school', 'auth', 'jobs', 'api', 'analytics')"
        " and has_function_privilege(p.oid, 'execute')"
    )
    return {name for (name,) in rows}


def refused(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """Check that the answer is a whole problem document of this status and code; return it."""
    assert answer.headers["Content-Type"] == "application/problem+json", answer.text
    problem: dict[str, Any] = answer.json()
    assert (answer.status_code, problem["code"]) == (status, code), answer.text
    assert problem.keys() >= PROBLEM_MEMBERS
    assert problem["type"] == f"/problems/{code}"
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"]
    assert problem["requestId"] == answer.headers["X-Request-Id"]
    if status == 400:
        assert all(e.keys() == {"pointer", "message"} for e in problem["errors"])
        assert problem["errors"]
    if status == 401:
        assert answer.headers["WWW-Authenticate"] == "Bearer"
    if status in (429, 503):
        assert int(answer.headers["Retry-After"]) >= 1
    for secret in ("SELECT", "select ", "school.", "auth.", "pg_", "psycopg", "Traceback"):
        assert secret not in answer.text
    return problem


def pointers(problem: dict[str, Any]) -> list[str]:
    return sorted(e["pointer"] for e in problem["errors"])
