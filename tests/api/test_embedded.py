"""The embedded server: shared by processes, stopped by the last one, started from any folder."""

import logging
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from api.database import startup
from api.database.embedded import EmbeddedServer
from tests.support.console import PROJECT

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
