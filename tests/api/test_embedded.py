"""The embedded server: shared by processes, stopped by the last one, started from any folder."""

import logging
import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import psutil
import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from api.database import startup
from api.database.embedded import BIN, EmbeddedError, EmbeddedServer
from tests.support.console import PROJECT, console

HOLD = """
import sys
from pathlib import Path
from api.database.embedded import EmbeddedServer
server = EmbeddedServer(Path(sys.argv[1]), durable=False)
print("up", flush=True)
sys.stdin.read()
"""
OF_AN_EARLIER_WHEEL = """\
local   all             all                                     trust
host    all             all             127.0.0.1/32            trust
host    all             all             ::1/128                 trust
local   replication     all                                     trust
host    replication     all             127.0.0.1/32            trust
"""
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root may give folders away")


def value(server: EmbeddedServer, query: str) -> object:
    with psycopg.connect(server.owner) as connection:
        row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return row[0]


def main_process(folder: Path) -> psutil.Process:
    return psutil.Process(int((folder / "pg" / "postmaster.pid").read_text().split()[0]))


def stopped(folder: Path) -> bool:
    return not (folder / "pg" / "postmaster.pid").exists()


def made(folder: Path) -> Path:
    """A folder in which a server has run, with a table to know it again."""
    with EmbeddedServer(folder, durable=False) as server, psycopg.connect(server.owner) as owner:
        owner.execute("create table kept ()")
    return folder


def test_the_last_one_out_stops_the_server(tmp_path: Path) -> None:
    first = EmbeddedServer(tmp_path, durable=False)
    second = EmbeddedServer(tmp_path, durable=False)
    first.close()
    assert value(second, "select 1") == 1
    second.close()
    assert stopped(tmp_path)


def test_a_holder_that_was_killed_leaves_a_server_for_the_next(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"up\n"
        process = main_process(tmp_path)
        holder.kill()
    with EmbeddedServer(tmp_path, durable=False) as server:
        assert value(server, "select 1") == 1
        assert main_process(tmp_path) == process
    assert stopped(tmp_path)


def test_a_server_that_was_killed_starts_again(tmp_path: Path) -> None:
    first = EmbeddedServer(tmp_path, durable=False)
    main_process(tmp_path).send_signal(signal.SIGKILL)
    with EmbeddedServer(tmp_path, durable=False) as second:
        assert value(second, "select 1") == 1
        first.close()
        assert value(second, "select 1") == 1


def test_nobody_reaches_it_but_through_its_socket_also_in_folders_made_before(
    tmp_path: Path,
) -> None:
    made(tmp_path)
    (tmp_path / "pg" / "pg_hba.conf").write_text(OF_AN_EARLIER_WHEEL)
    with EmbeddedServer(tmp_path, durable=False) as server:
        kinds = "select string_agg(distinct type, ',') from pg_catalog.pg_hba_file_rules"
        assert value(server, kinds) == "local"
        assert value(server, "show listen_addresses") == ""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    return port


def over_tcp(port: int, **who: str) -> str:
    """Connect, and return as whom."""
    place = {"host": "127.0.0.1", "port": str(port), "dbname": "ostinato", **who}
    with psycopg.connect(make_conninfo(**place)) as connection:
        row = connection.execute("select session_user::text").fetchone()
    assert row is not None
    return str(row[0])


def test_over_tcp_come_logins_with_their_passwords_and_nobody_who_is_trusted(
    tmp_path: Path,
) -> None:
    port = free_port()
    with EmbeddedServer(tmp_path, durable=False, tcp_port=port) as server:
        assert value(server, "show listen_addresses") == "127.0.0.1"
        with psycopg.connect(server.owner, autocommit=True) as owner:
            owner.execute("create role school_gateway login password 'known'")
            owner.execute("create role reader login password 'secret'")
            owner.execute("alter role postgres password 'known'")
        assert over_tcp(port, user="reader", password="secret") == "reader"
        for who in (
            {"user": "postgres"},
            {"user": "postgres", "password": "known"},
            {"user": "school_gateway", "password": "known"},
            {"user": "reader"},
            {"user": "reader", "password": "known"},
            {"user": "reader", "password": "secret", "dbname": "postgres"},
        ):
            with pytest.raises(psycopg.OperationalError):
                over_tcp(port, **who)
        with EmbeddedServer(tmp_path) as other:
            assert value(other, "show port") == str(port)
        with pytest.raises(EmbeddedError, match="without TCP port"):
            EmbeddedServer(tmp_path, tcp_port=free_port())
    with EmbeddedServer(tmp_path, durable=False) as server:
        assert value(server, "show listen_addresses") == ""
        with pytest.raises(EmbeddedError, match="without TCP port"):
            EmbeddedServer(tmp_path, tcp_port=port)


def test_a_granted_login_gets_an_address_that_tools_can_use(tmp_path: Path) -> None:
    """The whole way: a school, a person, their login, psql and psycopg over TCP."""
    port = free_port()
    settings = {"DATA_DIR": str(tmp_path), "EMBEDDED_PORT": str(port)}
    with EmbeddedServer(tmp_path, durable=False, tcp_port=port):
        who = ("--email", "ada@school.test")
        made = console("create-user", *who, "--name", "Ada", "--role", "admin", **settings)
        assert made.returncode == 0, made.stderr
        granted = console("grant-sql", *who, "--login", "ada", "--read-only", **settings)
        assert granted.returncode == 0, granted.stderr
        url = granted.stdout.rpartition("url: ")[2].strip()
        assert f"@127.0.0.1:{port}/ostinato" in url
        done = subprocess.run(
            [str(BIN / "psql"), url, "-Atc", "select count(*) from analytics.people"],
            check=False,
            capture_output=True,
            text=True,
        )
        assert (done.stdout, done.stderr) == ("1\n", "")
        with psycopg.connect(url) as ada:
            row = ada.execute(
                "select session_user::text, count(*) from analytics.people"
            ).fetchone()
            assert row == ("ada", 1)
            with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
                ada.execute("update school.users set name = 'x'")


def test_a_folder_restored_from_a_base_backup_of_a_running_server_starts(tmp_path: Path) -> None:
    restored = made(tmp_path / "restored")
    lock = ".s.PGSQL.5432.lock"  # it names a process that lives, and comes along in a base backup
    with EmbeddedServer(tmp_path / "running", durable=False) as running:
        # Of a folder with a long name the socket, and its lock, lie elsewhere.
        sockets = Path(str(conninfo_to_dict(running.owner)["host"]))
        shutil.copy2(sockets / lock, restored / "pg" / lock)
        with EmbeddedServer(restored, durable=False) as server:
            assert value(server, "select to_regclass('kept') is not null") is True


def test_a_folder_with_a_difficult_name_serves(tmp_path: Path) -> None:
    folder = tmp_path / "it's a $(folder)" / ("long " * 20)
    with EmbeddedServer(folder, durable=False) as server:
        assert value(server, "select 1") == 1


@as_root
@pytest.mark.parametrize(("owner", "then"), [(54_321, 54_321), (0, None)])
def test_a_folder_is_taken_over_whoever_owns_it(
    tmp_path: Path, owner: int, then: int | None
) -> None:
    cluster = made(tmp_path) / "pg"
    account = cluster.stat().st_uid
    for path in (cluster, *cluster.rglob("*")):
        os.lchown(path, owner, owner)
    cluster.chmod(0o755 if owner == 0 else 0o700)  # as a plain copy by root leaves it
    with EmbeddedServer(tmp_path, durable=False) as server:
        assert value(server, "select to_regclass('kept') is not null") is True
    assert cluster.stat().st_uid == (account if then is None else then)


def test_its_first_line_is_no_warning_of_a_known_weakness(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with EmbeddedServer(tmp_path, durable=False) as server:
        version = int(str(value(server, "show server_version_num")))
    with caplog.at_level(logging.WARNING, "ostinato"):
        startup.warn_of_old_server(version)
    assert caplog.messages == []
