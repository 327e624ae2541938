"""A database that was migrated and holds no school: a copy for each test."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from pytest_postgresql import factories

from api.database import checkout, drift, migrations
from tests.support.servers import Cluster, conninfo_of


def quiet(line: str) -> None:
    """Take a progress line and keep it to oneself."""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of sql/ that a test may edit."""
    copy = tmp_path / "sql"
    shutil.copytree(checkout.SQL, copy)
    monkeypatch.setattr(checkout, "SQL", copy)
    monkeypatch.setattr(drift, "SQL", copy)
    return copy


def _load(**parameters: Any) -> None:
    parameters.pop("autocommit", None)
    migrations.migrate(make_conninfo("", **parameters), quiet)


migrated_template = factories.postgresql_noproc(
    dbname="ostinato_migrated", load=[_load], depends_on="cluster"
)
migrated_postgresql = factories.postgresql("migrated_template")


@pytest.fixture
def migrated(migrated_postgresql: psycopg.Connection[Any], cluster: Cluster) -> str:
    """The superuser's connection string. A copy lacks the database's rights; migrate gives them."""
    conninfo = conninfo_of(migrated_postgresql, cluster)
    migrations.migrate(conninfo, quiet)
    return conninfo


@pytest.fixture
def owner(migrated: str) -> Callable[[], psycopg.Connection[Any]]:
    """``owner()``: a superuser's connection to the migrated database, autocommit."""
    return lambda: psycopg.connect(migrated, autocommit=True)
