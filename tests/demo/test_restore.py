"""A restored backup of the demonstration school answers the same people the same, byte by byte."""

import itertools
import shutil
import subprocess
from collections.abc import Iterator
from typing import Any

import httpx
import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from api.database import embedded, migrations
from api.settings import Settings
from tests.support.demo import LOGINS
from tests.support.effort import THOROUGH
from tests.support.promises import Figure
from tests.support.school import NOW, Clock, Database, open_session
from tests.support.servers import (
    OUTSIDE_SERVER,
    Cluster,
    client_of,
    conninfo_of,
    running_server,
)

ANSWERS = 50
NO_ANSWER_OF_ITS_OWN = {"streamNotifications"}


def program(name: str) -> str:
    return str(shutil.which(name) if OUTSIDE_SERVER else embedded.BIN / name)


@pytest.fixture
def restored(demo: Database, cluster: Cluster) -> Iterator[str]:
    """A database that was restored from a dump of the school, in which everybody is logged in."""
    for role, email in LOGINS.items():
        row = demo.execute("select id from school.users where email = %s", (email,)).fetchone()
        assert row is not None
        open_session(demo, row[0], role)
    source = conninfo_of(demo, cluster)
    name = f"{demo.info.dbname}_restored"
    target = make_conninfo(source, dbname=name)
    with psycopg.connect(make_conninfo(source, dbname="postgres"), autocommit=True) as db:
        drop = sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name))
        db.execute(drop)
        db.execute(sql.SQL("create database {} template template0").format(sql.Identifier(name)))
        try:
            dump = subprocess.run(
                [program("pg_dump"), "--dbname", source], check=True, capture_output=True
            )
            psql = [program("psql"), "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1"]
            done = subprocess.run(
                [*psql, "--dbname", target], check=False, capture_output=True, input=dump.stdout
            )
            assert done.returncode == 0, done.stderr
            assert migrations.migrate(target, lambda line: None).differences == []
            with psycopg.connect(target, autocommit=True) as own:
                Clock(own).set(NOW)
            yield target
        finally:
            db.execute(drop)


def paths_for(role: str, http: httpx.Client, document: dict[str, Any]) -> list[str]:
    """Return what to ask as a role: all that needs no id, then what the lists name, in turn."""
    operations = {
        path: get
        for path, item in document["paths"].items()
        if (get := item.get("get")) and role in get.get("x-roles", ())
        if get["operationId"] not in NO_ANSWER_OF_ITS_OWN
        if not any(p.get("required") and p["in"] == "query" for p in get.get("parameters", ()))
    }
    paths = [path for path in operations if "{" not in path]
    ids = {}
    for path in paths:
        answer = http.get(path)
        assert answer.status_code == 200, answer.text
        if "json" in answer.headers["Content-Type"]:
            items = answer.json().get("items") or []
            ids[path] = [item["id"] for item in items if isinstance(item.get("id"), str)]
    named = [
        [path.replace(path[path.index("{") : path.index("}") + 1], key) for key in ids[folder]]
        for path in operations
        if path.count("{") == 1 and (folder := path.partition("/{")[0]) in ids
    ]
    turns = itertools.chain.from_iterable(itertools.zip_longest(*named))
    return [*paths, *filter(None, turns)][:ANSWERS]


@pytest.mark.skipif(not THOROUGH, reason="takes long: OSTINATO_TEST_THOROUGH=1")
@pytest.mark.promise("restore")
def test_a_restored_backup_answers_every_role_the_same(
    demo: Database, cluster: Cluster, restored: str, figure: Figure
) -> None:
    gateways = (
        conninfo_of(demo, cluster, "school_gateway"),
        make_conninfo(restored, user="school_gateway", password=""),
    )
    first, second = (
        Settings(database_url=gateway, scheduler="off", pool_max=2) for gateway in gateways
    )
    with running_server(first) as before, running_server(second) as after:
        document = httpx.get(f"{before.url}/openapi.json").json()
        for role in LOGINS:
            with client_of(before.url, role) as one, client_of(after.url, role) as other:
                paths = paths_for(role, one, document)
                assert len(paths) == ANSWERS
                for path in paths:
                    was, is_now = one.get(path), other.get(path)
                    assert (was.status_code, was.content, was.headers.get("ETag")) == (
                        is_now.status_code,
                        is_now.content,
                        is_now.headers.get("ETag"),
                    ), f"{role}: {path}"
                    figure.count("answers compared")
                    figure.count("bytes", len(was.content))
