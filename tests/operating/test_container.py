"""docs/deploy: the image and the compose file, as far as a machine without containers can try them.

The Dockerfile's steps run in a folder that stands for the image, as its account; what the compose
file tells the containers (commands, environment, the logins of a new database) is done on an empty
PostgreSQL 18.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import httpx
import psycopg
import pytest
import yaml

from api.database.embedded import BIN
from api.settings import Settings
from tests.operating.page import block
from tests.operating.stage import as_account, free_port, needs_a_machine
from tests.support.console import PROJECT
from tests.support.servers import data_folder
from tests.support.waiting import until

DEPLOY = PROJECT / "docs" / "deploy"
PASSWORDS = {"POSTGRES_PASSWORD": "p1", "GATEWAY_PASSWORD": "g2", "SENDER_PASSWORD": "s3"}
# Settings whose variables are not named like the field that holds them.
VARIABLES = {field.name.upper() for field in fields(Settings)} | {"SMTP_URL", "MAIL_FROM"}
takes_long = pytest.mark.skipif(
    not os.environ.get("OSTINATO_TEST_THOROUGH"), reason="takes long: OSTINATO_TEST_THOROUGH=1"
)


def instructions() -> list[tuple[str, str]]:
    """Return the Dockerfile's instructions with their arguments, lines joined."""
    text = re.sub(r"^#.*\n", "", (DEPLOY / "Dockerfile").read_text(), flags=re.MULTILINE)
    lines = [line for line in text.replace("\\\n", " ").splitlines() if line]
    return [(word, rest.strip()) for word, _, rest in (line.partition(" ") for line in lines)]


def last(word: str) -> str:
    return [rest for name, rest in instructions() if name == word][-1]


def compose() -> Any:
    """Return the compose file with the passwords put in, as docker compose does."""
    text = (DEPLOY / "compose.yaml").read_text()
    for name, value in PASSWORDS.items():
        text = text.replace(f"${{{name}:?}}", value)
    assert "$" not in text
    return yaml.safe_load(text)


def test_the_image_is_one_process_of_an_account_that_is_nobody() -> None:
    assert last("USER") == "65534:65534"
    assert json.loads(last("ENTRYPOINT")) == ["python", "-m", "api"]
    assert json.loads(last("CMD")) == ["serve"]
    ignored = (DEPLOY / "Dockerfile.dockerignore").read_text().splitlines()
    copied = {rest.split()[0].split("/")[0] for name, rest in instructions() if name == "COPY"}
    assert {line[1:] for line in ignored if line.startswith("!")} == copied


def test_the_compose_file_says_what_the_settings_know() -> None:
    services = compose()["services"]
    said = {*services["api"]["environment"], *services["migrate"]["environment"]}
    assert said <= VARIABLES
    asked = set(re.findall(r"(\w+_PASSWORD)=", block("container")))
    assert asked == set(PASSWORDS)
    for path in re.findall(r"--file (\S+)", block("container")):
        assert (PROJECT / path).exists()
    assert services["api"]["build"]["dockerfile"] == "docs/deploy/Dockerfile"
    context = DEPLOY / services["api"]["build"]["context"]
    assert context.resolve() == PROJECT


@contextmanager
def image(folder: Path) -> Iterator[dict[str, str]]:
    """Do what the Dockerfile says in ``folder``; give the environment of its processes."""
    environment = {"PATH": f"{folder}/venv/bin:/usr/bin:/bin"}
    python = "/usr/bin/python3" if Path("/usr/bin/python3").exists() else sys.executable
    subprocess.run([python, "-m", "venv", str(folder / "venv")], check=True)
    pip = {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
    (folder / "root").mkdir()
    for name, rest in instructions():
        if name == "ENV":
            environment |= dict(pair.split("=", 1) for pair in shlex.split(rest))
        elif name == "COPY":
            source, target = rest.split()
            kept = folder / "root" / target
            kept.parent.mkdir(parents=True, exist_ok=True)
            if (PROJECT / source).is_dir():
                left_out = shutil.ignore_patterns("__pycache__")
                shutil.copytree(PROJECT / source, kept, ignore=left_out, dirs_exist_ok=True)
            else:
                shutil.copy(PROJECT / source, kept)
        elif name == "RUN":
            subprocess.run(
                ["/bin/sh", "-c", f"{rest} --quiet"], check=True, cwd=folder / "root",
                env=environment | pip,
            )  # fmt: skip
    yield environment


@contextmanager
def empty_server(folder: Path, service: Any, logins: str) -> Iterator[int]:
    """Give the port of a server as the image of PostgreSQL makes it, from the compose file."""
    cluster, account, port = folder / "pg", as_account("postgres"), free_port()
    cluster.mkdir()
    secret = folder / "secret"
    secret.write_text(service["environment"]["POSTGRES_PASSWORD"])
    shutil.chown(cluster, "postgres")
    shutil.chown(secret, "postgres")
    subprocess.run(
        [*account, str(BIN / "initdb"), f"--pgdata={cluster}", "--username=postgres", "--no-sync",
         f"--pwfile={secret}", "--auth=scram-sha-256",
         *shlex.split(service["environment"]["POSTGRES_INITDB_ARGS"])],
        check=True, cwd="/", stdout=subprocess.DEVNULL,
    )  # fmt: skip
    options = " ".join(["-c fsync=off", *map(shlex.quote, service["command"][1:])])
    control = [*account, str(BIN / "pg_ctl"), f"--pgdata={cluster}", "--silent", "--wait"]
    subprocess.run(
        [*control, f"--log={cluster}/log", "start",
         f"--options={options} -c port={port} -c unix_socket_directories={cluster}"],
        check=True, cwd="/",
    )  # fmt: skip
    try:
        url = f"postgresql://postgres:{PASSWORDS['POSTGRES_PASSWORD']}@127.0.0.1:{port}"
        with psycopg.connect(f"{url}/postgres", autocommit=True) as superuser:
            superuser.execute(f"create database {service['environment']['POSTGRES_DB']}".encode())
            superuser.execute(logins.encode())
        yield port
    finally:
        subprocess.run([*control, "--mode=fast", "stop"], check=True, cwd="/")


@takes_long
@needs_a_machine
@pytest.mark.timeout(600)
def test_the_containers_of_the_compose_file_migrate_serve_and_end() -> None:
    file, http = compose(), free_port()
    services = file["services"]
    folder = Path(mkdtemp(prefix="ostinato-image-", dir=data_folder()))
    folder.chmod(0o755)
    try:
        logins = file["configs"]["logins"]["content"]
        with (
            empty_server(folder, services["database"], logins) as port,
            image(folder) as environment,
        ):

            def container(name: str, *command: str) -> subprocess.Popen[str]:
                said = {
                    key: value.replace("@database/", f"@127.0.0.1:{port}/")
                    for key, value in services[name]["environment"].items()
                }
                return subprocess.Popen(
                    [*as_account("nobody"), *json.loads(last("ENTRYPOINT")), *command],
                    cwd=folder / "root",
                    env={**environment, **said, "HOST": "127.0.0.1", "PORT": str(http)},
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    text=True,
                )

            with container("migrate", *services["migrate"]["command"]) as migrate:
                said, _ = migrate.communicate(timeout=300)
            assert migrate.returncode == 0, said
            create = shlex.split(block("container").partition("--rm migrate")[2].replace("\\", ""))
            with container("migrate", *create) as created:
                said, _ = created.communicate(timeout=120)
            assert created.returncode == 0, said
            with container("api", *json.loads(last("CMD"))) as api:
                ready = f"http://127.0.0.1:{http}/readyz"
                try:
                    until(lambda: status_of(ready) == 200 or api.poll() is not None, 120)
                    assert api.poll() is None, api.communicate()[0]
                    health = json.loads(last("HEALTHCHECK").partition("CMD")[2])
                    checked = subprocess.run(
                        health, check=False, env={**environment, "PORT": str(http)}
                    )
                    assert checked.returncode == 0
                finally:
                    api.terminate()
                said, _ = api.communicate(timeout=60)
            assert api.returncode == 0, said
            gone = subprocess.run(
                health, check=False, env={**environment, "PORT": str(http)}, capture_output=True
            )
            assert gone.returncode == 1
    finally:
        shutil.rmtree(folder)


def status_of(url: str) -> int | None:
    try:
        return httpx.get(url, timeout=10).status_code
    except httpx.TransportError:
        return None
