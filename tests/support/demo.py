"""The demonstration school, loaded as people load it, at the time of all tests."""

from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo

from api.database import migrations
from tests.support.console import console
from tests.support.school import NOW, Clock

LOGINS = {
    "super_admin": "director@ostinato.example",
    "admin": "office@ostinato.example",
    "staff": "staff@ostinato.example",
    "teacher": "teacher@ostinato.example",
    "student": "student@ostinato.example",
}
PASSWORD = "play-it-again"
PRINTED: list[str] = []


def load_demo(**parameters: Any) -> None:
    parameters.pop("autocommit", None)
    conninfo = make_conninfo("", **parameters)
    migrations.migrate(conninfo, progress=lambda line: None)
    with psycopg.connect(conninfo) as db:
        Clock(db).set(NOW)
    done = console("demo", OWNER_DATABASE_URL=conninfo)
    assert done.returncode == 0, done.stderr
    PRINTED.append(done.stdout)
