"""Stand-ins for programs that act on the whole machine; see ``stage.py``.

``stand_in.py NAME ARGUMENTS…`` does what the page needs of the program NAME, below the folder
``STAGE``, and fails at anything else.
"""

import os
import pwd
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

STAGE = Path(os.environ["STAGE"])
CHECKOUT = Path(__file__).parents[2]
DEBIAN = "/usr/lib/postgresql/15/bin"


def account(name: str) -> list[str]:
    """How a command begins that acts as an account."""
    group = pwd.getpwnam(name).pw_gid
    return ["setpriv", f"--reuid={name}", f"--regid={group}", "--init-groups"]


def sudo(*arguments: str) -> int:
    """``sudo [-u ACCOUNT] COMMAND…``."""
    command = list(arguments)
    if command[0] == "-u":
        command = [*account(command[1]), *command[2:]]
    os.execvp(command[0], command)  # noqa: S606


def apt_get(*arguments: str) -> int:
    """``apt-get install PACKAGE…`` is well when they are installed, or Debian has them."""
    if arguments[0] != "install":
        return 2
    for package in [each for each in arguments[1:] if not each.startswith("-")]:
        known = [["dpkg", "--status", package], ["apt-cache", "show", package]]
        if all(subprocess.run(ask, check=False, capture_output=True).returncode for ask in known):
            print(f"apt-get: there is no package {package}", file=sys.stderr)
            return 1
    return 0


def git(*arguments: str) -> int:
    """``git clone … FOLDER`` copies this checkout, and what a test adds in ``STAGE/added/``."""
    if arguments[0] != "clone":
        return 2
    target = Path(arguments[-1])
    for folder in ("api", "docs", "sql"):
        shutil.copytree(
            CHECKOUT / folder, target / folder, ignore=shutil.ignore_patterns("__pycache__")
        )
    if (STAGE / "added").exists():
        shutil.copytree(STAGE / "added", target, dirs_exist_ok=True)
    return 0


def systemctl(*arguments: str) -> int:
    """``systemctl start|restart|reload|stop|enable --now UNIT…``, of PostgreSQL and of units."""
    verb, *units = [each for each in arguments if not each.startswith("-")]
    if verb == "daemon-reload":
        return 0
    for unit in units:
        server = re.fullmatch(r"postgresql@(\d+)-(\w+)", unit)
        if server is not None:
            status = _postgresql(verb, STAGE / "etc" / "postgresql" / server[1] / server[2], unit)
        else:
            status = _service(verb, unit)
        if status:
            return status
    return 0


def _postgresql(verb: str, configuration: Path, unit: str) -> int:
    command = [
        *account("postgres"), f"{DEBIAN}/pg_ctl", f"--pgdata={configuration}", "--wait",
        "--silent", f"--log={STAGE}/run/{unit}.log", verb,
    ]  # fmt: skip
    if verb in ("stop", "restart"):
        command.append("--mode=fast")
    status = subprocess.run(command, check=False, cwd="/").returncode
    if not status and verb in ("start", "restart"):
        main = _data_directory(configuration) / "postmaster.pid"
        (STAGE / "run" / f"{unit}.pid").write_text(main.read_text().split()[0])
    return status


def _data_directory(configuration: Path) -> Path:
    text = (configuration / "postgresql.conf").read_text()
    return Path(re.findall(r"^data_directory = '(.*)'", text, re.MULTILINE)[-1])


def _service(verb: str, unit: str) -> int:
    """Run a unit's command as an account that owns nothing, with its files of environment."""
    kept = STAGE / "run" / f"{unit}.pid"
    if verb in ("stop", "restart") and kept.exists():
        pid = int(kept.read_text())
        os.kill(pid, signal.SIGTERM)
        until = time.monotonic() + 60
        while Path(f"/proc/{pid}").exists() and time.monotonic() < until:
            time.sleep(0.05)
        kept.unlink()
    if verb == "stop":
        return 0
    name, _, instance = unit.partition("@")
    text = (STAGE / "etc" / "systemd" / "system" / f"{name}@.service").read_text()
    text = re.sub("=/(etc|opt)/", rf"={STAGE}/\1/", text.replace("%i", instance))
    said = re.findall(r"^(\w+)=(.*)$", text, re.MULTILINE)
    environment = {"PATH": "/usr/bin:/bin"}
    for setting, value in said:
        if setting == "Environment":
            environment |= dict([value.split("=", 1)])
        if setting == "EnvironmentFile":
            for line in Path(value).read_text().splitlines():
                variable, _, quoted = line.partition("=")
                environment[variable] = "".join(shlex.split(quoted))
    if port := os.environ.get("PGPORT"):
        environment["PGPORT"] = port
    command = shlex.split(dict(said)["ExecStart"])
    log = (STAGE / "run" / f"{unit}.log").open("a")
    process = subprocess.Popen(
        [*account("nobody"), *command],
        cwd=dict(said)["WorkingDirectory"],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        start_new_session=True,
    )
    kept.write_text(str(process.pid))
    return 0


PROGRAMS = {"apt-get": apt_get, "git": git, "sudo": sudo, "systemctl": systemctl}

if __name__ == "__main__":
    sys.exit(PROGRAMS[sys.argv[1]](*sys.argv[2:]))
