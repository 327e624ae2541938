"""Memberships belong to the cluster: what an upgrade or a restore lost is told and given back."""

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from api.database import migrations, rights
from api.database.refusals import MigrationError
from tests.schema.conftest import quiet
from tests.support.servers import Cluster

Owner = Callable[[], psycopg.Connection[Any]]
Login = Callable[[str], str]

LOGIN = "zz_memberships"


@pytest.fixture
def login(migrated: str, owner: Owner, cluster: Cluster) -> Iterator[Login]:
    """``login("createrole")``: the connection string of a login with these attributes."""
    name = sql.Identifier(LOGIN)

    def make(attributes: str) -> str:
        with owner() as db:
            db.execute(f"create role {LOGIN} login password 'x' {attributes}".encode())
            database = sql.Identifier(db.info.dbname)
            db.execute(sql.SQL("grant connect on database {} to {}").format(database, name))
        return make_conninfo(migrated, user=LOGIN, password=cluster.password or "x")

    yield make
    with owner() as db:
        db.execute(sql.SQL("drop owned by {0}; drop role {0}").format(name))


def lacking(conninfo: str) -> list[str]:
    with psycopg.connect(conninfo, autocommit=True) as connection:
        return rights.lacking_memberships(connection)


def test_what_the_gateway_and_admins_lost_is_told_and_given_back(
    migrated: str, owner: Owner
) -> None:
    assert lacking(migrated) == []
    with owner() as db:
        db.execute("revoke school_student from school_gateway")
        db.execute("revoke school_admin from school_super_admin")
        assert lacking(migrated) == [
            "grant school_student to school_gateway",
            "grant school_admin to school_super_admin",
        ]
        # The record of another major version tells nothing of it.
        db.execute("update auth.catalog_fingerprint set server_major = 14")
    said: list[str] = []
    migrations.migrate(migrated, said.append)
    assert not [line for line in said if line.startswith("note: ")]
    assert lacking(migrated) == []


def test_a_persons_login_that_is_a_member_of_nothing_is_told_and_left(
    migrated: str, owner: Owner
) -> None:
    """It may be so on purpose."""
    with owner() as db:
        db.execute(
            "insert into school.users (name, email, role)"
            " values ('Sam', 'sam@school.test', 'staff')"
        )
        db.execute("select auth.grant_sql('sam@school.test', %s)", (LOGIN,))
        try:
            assert rights.lonely_logins(db) == []
            db.execute(f"revoke school_staff from {LOGIN}".encode())
            line = (
                f"login {LOGIN} is a member of nothing; if it still is the person's, run:"
                f" grant school_staff to {LOGIN}"
            )
            assert rights.lonely_logins(db) == [line]
            said: list[str] = []
            migrations.migrate(migrated, said.append)
            assert said == [f"note: {line}"]
            is_member = "select pg_has_role(%s, 'school_staff', 'member')"
            assert db.execute(is_member, (LOGIN,)).fetchone() == (False,)
            db.execute("update school.users set status = 'disabled'")
            assert rights.lonely_logins(db) == []
        finally:
            db.execute("select auth.revoke_sql(%s)", (LOGIN,))


def test_a_login_that_lost_the_owner_is_told_what_a_superuser_must_run(
    migrated: str, login: Login, owner: Owner
) -> None:
    own = login("")
    grant = f'grant school_owner to "{LOGIN}"'
    with pytest.raises(MigrationError) as refused:
        migrations.migrate(own, quiet)
    assert str(refused.value).endswith(f"as a superuser, run: {grant}")
    assert lacking(own) == [grant.replace('"', "")]
    with owner() as db:
        db.execute(grant.encode())
    assert lacking(own) == []


def test_who_makes_logins_lacks_the_admin_option_after_a_major_upgrade(
    login: Login, owner: Owner
) -> None:
    """Since PostgreSQL 16 CREATEROLE alone does not give a role to anybody."""
    own = login("createrole")
    with owner() as db:
        db.execute(f"grant school_owner to {LOGIN}".encode())
        found = lacking(own)
        if db.info.server_version < 160_000:
            assert found == []
            return
        assert f"grant school_staff to {LOGIN} with admin option" in found
        assert f"grant school_owner to {LOGIN} with admin option" in found
        for statement in found:
            db.execute(statement.encode())
        assert lacking(own) == []
