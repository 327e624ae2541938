"""A machine to follow docs/operating.md on: an empty PostgreSQL of Debian's, and its folders.

The page's blocks run as they stand there, each in a shell of its own that stops at the first
failure. What belongs to the whole machine lies in a folder instead, and four programs are stand-ins
(``stand_in.py``): ``sudo`` changes the account, ``systemctl`` starts PostgreSQL and the units that
were installed, ``apt-get`` asks whether the packages are there, ``git clone`` copies this checkout.
"""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import mkdtemp

import psutil
import pytest

from tests.operating.page import block, fill
from tests.support.servers import data_folder

DEBIAN = Path("/usr/lib/postgresql/15/bin")
needs_a_machine = pytest.mark.skipif(
    os.geteuid() != 0 or not DEBIAN.exists(),
    reason="acts as several accounts on Debian's PostgreSQL 15: needs root and postgresql-15",
)
STAND_INS = ("apt-get", "git", "sudo", "systemctl")
# What Debian's own configuration says besides PostgreSQL's defaults, and nothing that waits for a
# disk: a power cut loses a test.
CONFIGURATION = """
data_directory = '{folder}/var/lib/postgresql/15/main'
hba_file = '{folder}/etc/postgresql/15/main/pg_hba.conf'
ident_file = '{folder}/etc/postgresql/15/main/pg_ident.conf'
unix_socket_directories = '{folder}/var/run/postgresql'
port = {port}
include_dir = 'conf.d'
fsync = off
"""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def as_account(name: str) -> list[str]:
    """Return how a command begins that acts as an account."""
    group = pwd.getpwnam(name).pw_gid
    return ["setpriv", f"--reuid={name}", f"--regid={group}", "--init-groups"]


@dataclass
class Stage:
    """The folder that stands for the machine, and what a reader puts in place of the examples."""

    folder: Path
    port: int
    http: int
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def yours(self) -> dict[str, str]:
        """What is replaced in the blocks: the one place that knows the page's examples."""
        return {
            "/etc/": f"{self.folder}/etc/",
            "/opt/": f"{self.folder}/opt/",
            "/var/": f"{self.folder}/var/",
            "/usr/local/bin/": f"{self.folder}/bin/",
            "db.school.example": "localhost",
            "10.0.0.0/24": "127.0.0.1/32",
            "10.0.1.0/24": "127.0.0.1/32",
            "127.0.0.1:8000": f"127.0.0.1:{self.http}",
            "ostinato@8000": f"ostinato@{self.http}",
        }

    def run(
        self, name: str, yours: Mapping[str, str] | None = None, *, status: int = 0, stdin: str = ""
    ) -> str:
        """Run a block as a person types it in, with what is theirs besides; return what it said."""
        block(name, yours)  # refuses what the block does not say
        text = fill(block(name), {**self.yours, **(yours or {})})
        return self.shell(text, name=name, status=status, stdin=stdin)

    def shell(self, text: str, *, name: str = "", status: int = 0, stdin: str = "") -> str:
        """Run commands in a shell; return what they said, complaints last."""
        done = subprocess.run(
            ["/bin/bash", "-euo", "pipefail", "-c", text],
            cwd=self.folder,
            env=self.environment,
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )
        said = f"{done.stdout}{done.stderr}"
        assert done.returncode == status, (
            f"{name}: exit {done.returncode}\n{text}\n{said[-4000:]}\n{self.log()}"
        )
        return said

    def whole_log(self) -> str:
        """Return all that the server wrote."""
        return (self.folder / "run" / "postgresql@15-main.log").read_text()

    def log(self) -> str:
        """Return the last that servers and services wrote."""
        files = sorted((self.folder / "run").glob("*.log"))
        return "\n".join(f"{path.name}: {path.read_text()[-2000:]}" for path in files)

    def psql(self, query: str, database: str = "ostinato") -> str:
        """Return what the superuser reads, without decoration."""
        return self.shell(
            f"sudo -u postgres psql -XAtqd {database} -v ON_ERROR_STOP=1", stdin=query
        ).strip()


def lay_out(folder: Path) -> Stage:
    """Make the folders of a machine with an empty cluster as Debian makes it, not yet started."""
    stage = Stage(folder, free_port(), free_port())
    folder.chmod(0o755)
    configuration = folder / "etc" / "postgresql" / "15" / "main"
    cluster = folder / "var" / "lib" / "postgresql" / "15" / "main"
    for path in (configuration / "conf.d", cluster, folder / "etc" / "systemd" / "system",
                 folder / "opt", folder / "bin", folder / "run",
                 folder / "var" / "run" / "postgresql"):  # fmt: skip
        path.mkdir(parents=True)
    for name in STAND_INS:
        program = folder / "bin" / name
        program.write_text(
            f"#!/bin/sh\nexec {sys.executable} {Path(__file__).with_name('stand_in.py')}"
            f' {name} "$@"\n'
        )
        program.chmod(0o755)
    stage.environment = {
        "PATH": f"{folder}/bin:{DEBIAN}:/usr/sbin:/usr/bin:/sbin:/bin",
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "PGHOST": f"{folder}/var/run/postgresql",
        "PGPORT": str(stage.port),
        "STAGE": str(folder),
        **{name: value for name, value in os.environ.items() if name.startswith("PIP_")},
    }
    account = as_account("postgres")
    for path in (cluster, cluster.parents[1], folder / "run", folder / "var/run/postgresql"):
        shutil.chown(path, "postgres")
    subprocess.run(
        [*account, str(DEBIAN / "initdb"), f"--pgdata={cluster}", "--username=postgres",
         "--encoding=UTF8", "--locale=C.UTF-8", "--auth=peer", "--no-sync"],
        check=True, cwd="/", stdout=subprocess.DEVNULL,
    )  # fmt: skip
    for name in ("postgresql.conf", "pg_hba.conf", "pg_ident.conf"):
        shutil.move(cluster / name, configuration / name)
    with (configuration / "postgresql.conf").open("a") as file:
        file.write(CONFIGURATION.format(folder=folder, port=stage.port))
    return stage


@contextmanager
def staged() -> Iterator[Stage]:
    """Give a machine with a running, empty server; end with it whatever was started on it."""
    folder = Path(mkdtemp(prefix="ostinato-page-", dir=data_folder()))
    try:
        stage = lay_out(folder)
        stage.shell("sudo systemctl start postgresql@15-main")
        yield stage
    finally:
        end_all(folder)
        shutil.rmtree(folder)


def end_all(folder: Path) -> None:
    """End the processes that were started below ``folder``: their ids are kept there, or their
    command lines name it."""
    ids = {int(path.read_text().split()[0]) for path in (folder / "run").glob("*.pid")}
    started = [
        process
        for process in psutil.process_iter(["cmdline"])
        if process.pid in ids or any(str(folder) in word for word in process.info["cmdline"] or ())
    ]
    for process in started:
        process.send_signal(signal.SIGINT)
    _, alive = psutil.wait_procs(started, timeout=30)
    for process in alive:
        process.kill()
