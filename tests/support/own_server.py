"""A database server of a test's own, with the small school, to be stopped, killed and started."""

from contextlib import suppress
from pathlib import Path

import psutil

from api.database.embedded import EmbeddedServer
from api.settings import Settings
from tests.support.school import BUILT
from tests.support.school import load as load_school


class OwnServer:
    """The embedded server on ``folder``. Without ``durable`` it is faster and may be stopped, but
    what was committed does not outlive a kill."""

    def __init__(self, folder: Path, *, durable: bool) -> None:
        self._folder, self._durable = folder, durable
        self._server = EmbeddedServer(folder, durable=durable)
        self.cluster = self._server.cluster
        template = dict(BUILT.ids)
        load_school(
            host=str(self._server.socket_folder),
            port="5432",
            user="postgres",
            dbname="ostinato",
            password=None,
        )
        self.ids = dict(BUILT.ids)
        BUILT.ids.clear()
        BUILT.ids.update(template)

    @property
    def settings(self) -> Settings:
        return Settings(pool_max=4, scheduler="off", database_url=self._server.gateway)

    def conninfo(self, user: str = "") -> str:
        return self._server.conninfo(user) if user else self._server.owner

    def stop(self) -> None:
        self._server.close()

    def kill(self) -> None:
        """Kill all processes of the server at once."""
        pid = int((self.cluster / "postmaster.pid").read_text(encoding="utf-8").split()[0])
        main = psutil.Process(pid)
        everybody = [main, *main.children(recursive=True)]
        for process in everybody:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(everybody, timeout=30)

    def start(self) -> None:
        """Start it again after it was stopped or killed."""
        former, self._server = self._server, EmbeddedServer(self._folder, durable=self._durable)
        former.close()
