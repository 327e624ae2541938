"""Database servers of a test's own, with the small school: to be stopped, followed and promoted."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import psycopg

from api.database.embedded import BIN, EmbeddedServer
from api.settings import Settings
from tests.support.school import BUILT
from tests.support.school import load as load_school
from tests.support.waiting import until

OWN = Settings(pool_max=4, scheduler="off")


class Own:
    """A database server in a folder of its own."""

    def __init__(self, folder: Path, *, durable: bool) -> None:
        self._folder = folder
        self._durable = durable
        self.start()
        self.cluster = self._server.cluster

    @property
    def settings(self) -> Settings:
        return replace(
            OWN, database_url=self._server.gateway, sender_database_url=self._server.sender
        )

    @property
    def owner(self) -> str:
        """The superuser's connection string."""
        return self._server.owner

    @property
    def socket_folder(self) -> Path:
        return self._server.socket_folder

    def value(self, query: str) -> Any:
        """What the superuser is answered: one value."""
        with psycopg.connect(self.owner, autocommit=True) as connection:
            row = connection.execute(query.encode()).fetchone()
        return None if row is None else row[0]

    def start(self) -> None:
        self._server = EmbeddedServer(self._folder, durable=self._durable)

    def stop(self) -> None:
        self._server.close()

    def kill(self) -> None:
        """End it as a power cut would, and wait until nothing of it is left."""
        for process in self._processes():
            process.kill()
        until(lambda: not self._processes())
        (self.cluster / "postmaster.pid").unlink(missing_ok=True)  # there is nothing to stop

    @contextmanager
    def hung(self) -> Iterator[None]:
        """Meanwhile its processes do nothing, and its connections stay."""
        for process in self._processes():
            process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            for process in self._processes():
                process.send_signal(signal.SIGCONT)

    def _processes(self) -> list[psutil.Process]:
        return [
            process
            for process in psutil.process_iter(["name", "cwd", "status"])
            if process.info["name"] == "postgres"
            and process.info["cwd"] == str(self.cluster)
            and process.info["status"] != psutil.STATUS_ZOMBIE
        ]


class OwnServer(Own):
    """One with the small school."""

    def __init__(self, folder: Path, *, durable: bool = False) -> None:
        super().__init__(folder, durable=durable)
        template = dict(BUILT.ids)
        load_school(
            host=str(self.socket_folder),
            port="5432",
            user="postgres",
            dbname="ostinato",
            password=None,
        )
        self.ids = dict(BUILT.ids)
        BUILT.ids.clear()
        BUILT.ids.update(template)


class Standby(Own):
    """One that follows another."""

    def __init__(self, folder: Path, primary: Own) -> None:
        subprocess.run(
            [
                str(BIN / "pg_basebackup"),
                f"--dbname={primary.owner}",
                f"--pgdata={folder / 'pg'}",
                "--write-recovery-conf",
                "--checkpoint=fast",
                "--no-sync",
            ],
            check=True,
            env={**os.environ, "PGAPPNAME": "standby"},
        )
        super().__init__(folder, durable=True)

    def has_replayed(self, position: str) -> bool:
        return bool(self.value(f"select pg_last_wal_replay_lsn() >= '{position}'"))

    @contextmanager
    def behind(self) -> Iterator[None]:
        """Meanwhile it replays nothing."""
        self.value("select pg_wal_replay_pause()")
        until(lambda: self.value("select pg_get_wal_replay_pause_state()") == "paused")
        try:
            yield
        finally:
            self.value("select pg_wal_replay_resume()")

    def catch_up(self, primary: Own) -> None:
        position = primary.value("select pg_current_wal_insert_lsn()")
        until(lambda: self.has_replayed(position))
