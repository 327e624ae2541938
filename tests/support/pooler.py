"""PgBouncer in transaction mode between the HTTP layer and the server under test."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo

from api.database.server_account import account_for, let_traverse
from tests.operating.page import block
from tests.support.waiting import until

PGBOUNCER = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")
PORT = "6432"


@contextmanager
def pgbouncer(folder: Path, host: str, port: str) -> Iterator[Path]:
    """Run PgBouncer before the server at this host and port; give the folder of its socket."""
    assert PGBOUNCER is not None
    configuration = folder / "pgbouncer.ini"
    yours = {
        "ostinato = host=db.school.example port=5432": f"* = host={host} port={port}",
        "listen_addr = 127.0.0.1": f"listen_addr =\nunix_socket_dir = {folder}",
        "auth_type = scram-sha-256": "auth_type = trust",
        "/etc/pgbouncer/userlist.txt": f"{folder}/userlist.txt",
    }
    log = f"logfile = {folder}/pgbouncer.log\n"
    configuration.write_text(block("pgbouncer", yours) + log, encoding="utf-8")
    users = ("school_gateway", "school_sender")
    (folder / "userlist.txt").write_text("".join(f'"{user}" ""\n' for user in users))
    account = account_for(Path(host))  # it refuses to run as root
    if account is not None:
        let_traverse(folder)
        for path in (folder, *folder.iterdir()):
            os.chown(path, account.uid, account.gid)
    process = subprocess.Popen(
        [PGBOUNCER, "--quiet", str(configuration)],
        user=None if account is None else account.uid,
        group=None if account is None else account.gid,
        extra_groups=None if account is None else [],
    )
    try:
        socket = folder / f".s.PGSQL.{PORT}"
        until(lambda: socket.exists() or process.poll() is not None)
        assert process.poll() is None, (folder / "pgbouncer.log").read_text(encoding="utf-8")
        yield folder
    finally:
        process.terminate()
        process.wait(timeout=30)


def pooled(conninfo: str, folder: Path) -> str:
    """The same login and database through PgBouncer."""
    return make_conninfo(conninfo, host=str(folder), port=PORT)


def is_pooled(conninfo: str) -> bool:
    """Whether what answers is PgBouncer, which invents a process number for the server."""
    with psycopg.connect(conninfo, autocommit=True) as connection:
        row = connection.execute("select pg_backend_pid()").fetchone()
        return row != (connection.info.backend_pid,)
