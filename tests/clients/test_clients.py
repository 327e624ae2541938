"""What others make of the OpenAPI document: linters find nothing, typed clients in TypeScript and
Python, generated from it, go through days at the school, the front office keeps to its types, and
schemathesis finds every case that it has answered as it says, as every role."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.support.promises import Figure
from tests.support.school import Clock, School
from tests.support.servers import Server

HERE = Path(__file__).parent
OFFICE = HERE.parents[1] / "api" / "office"
PEOPLE = ("root", "ada", "sam", "sue", "tom")
THOROUGH = bool(os.environ.get("OSTINATO_TEST_THOROUGH"))
NPM = shutil.which("npm")

BIN = Path(sys.executable).parent

pytestmark = [
    pytest.mark.timeout(900),
    pytest.mark.settings(contact="office@school.test", base_url="https://school.test"),
]
takes_long = pytest.mark.skipif(not THOROUGH, reason="takes long: OSTINATO_TEST_THOROUGH=1")
needs_npm = pytest.mark.skipif(NPM is None or not THOROUGH, reason="needs npm, and takes long")


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files beside this one, and the packages of package-lock.json."""
    folder = tmp_path_factory.mktemp("clients") / "node"
    shutil.copytree(HERE, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    run(folder, NPM or "npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts")
    return folder


def run(folder: Path, program: str, *arguments: str) -> str:
    """Return what a program says; it must succeed."""
    done = subprocess.run(
        [program, *arguments],
        check=False,
        cwd=folder,
        env={**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    return done.stdout + done.stderr


def tool(folder: Path, name: str) -> str:
    return str(folder / "node_modules" / ".bin" / name)


def write_document(server: Server, folder: Path) -> None:
    (folder / "openapi.json").write_bytes(httpx.get(f"{server.url}/openapi.json").content)


def a_day(server: Server, school: School, clock: Clock, folder: Path, *command: str) -> None:
    """Run the story to its end: it says which time it is to be, and waits for a line."""
    names = {f"ID_{name}": value for name, value in school.ids.items()}
    tokens = {f"TOKEN_{person}": school.token(person) for person in PEOPLE}
    with (
        (folder / "errors").open("w+") as errors,
        subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, **names, **tokens, "BASE_URL": server.url},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        ) as story,
    ):
        assert story.stdin is not None
        assert story.stdout is not None
        said = [""]
        for line in story.stdout:
            said.append(line.strip())
            if said[-1] != "done":
                clock.set(said[-1])
                story.stdin.write("\n")
                story.stdin.flush()
        story.stdin.close()
        story.wait(60)
        errors.seek(0)
        assert (said[-1], story.returncode) == ("done", 0), errors.read()


@needs_npm
def test_redocly_finds_nothing(server: Server, school: School, packages: Path) -> None:
    write_document(server, packages)
    said = run(packages, tool(packages, "redocly"), "lint", "openapi.json")
    assert "is valid" in said
    assert "warning" not in said, said


@needs_npm
def test_spectral_finds_nothing(server: Server, school: School, packages: Path) -> None:
    write_document(server, packages)
    run(packages, tool(packages, "spectral"), "lint", "--fail-severity=hint", "openapi.json")


@needs_npm
def test_a_client_in_typescript_goes_through_days_at_the_school(
    server: Server, school: School, clock: Clock, packages: Path
) -> None:
    write_document(server, packages)
    generator = tool(packages, "openapi-typescript")
    run(packages, generator, "openapi.json", "--output", "schema.d.ts")
    run(packages, tool(packages, "tsc"), "--project", ".")
    a_day(server, school, clock, packages, "node", "built/day.js")


@needs_npm
def test_the_front_office_keeps_to_the_types_of_the_document(
    server: Server, school: School, packages: Path
) -> None:
    write_document(server, packages)
    shutil.copytree(OFFICE, packages / "office", dirs_exist_ok=True)
    generator = tool(packages, "openapi-typescript")
    run(packages, generator, "openapi.json", "--output", "office/schema.d.ts")
    run(packages, tool(packages, "tsc"), "--project", "tsconfig.office.json")


def test_the_front_office_seldom_looks_away_from_types() -> None:
    code = "".join(path.read_text("utf-8") for path in OFFICE.rglob("*.js"))
    assert "@ts-" not in code
    assert code.count("@type {any}") <= 6


def test_the_story_in_typescript_trusts_the_types() -> None:
    code = re.sub(r"//.*|/\*.*?\*/|`[^`]*`|\"[^\"]*\"", "", (HERE / "day.ts").read_text("utf-8"))
    assert not re.search(r"\bany\b|\bas\b|\bunknown as\b|@ts-|[\w\])]!(?!=)", code)


@takes_long
def test_a_client_in_python_goes_through_days_at_the_school(
    server: Server, school: School, clock: Clock, tmp_path: Path
) -> None:
    write_document(server, tmp_path)
    shutil.copy(HERE / "day.py", tmp_path)
    run(
        tmp_path,
        str(BIN / "openapi-python-client"),
        *("generate", "--path", "openapi.json", "--meta", "none", "--fail-on-warning"),
        *("--output-path", "school_client", "--config", str(HERE / "python-client.yaml")),
    )
    run(tmp_path, sys.executable, "-m", "mypy", "--strict", "--follow-imports=silent", "day.py")
    a_day(server, school, clock, tmp_path, sys.executable, "day.py")


@takes_long
@pytest.mark.promise("contract")
@pytest.mark.parametrize("person", ["root", "ada", "sam", "tom", "sid"])
def test_every_case_that_the_document_has_is_answered_as_it_says(
    server: Server, school: School, tmp_path: Path, person: str, figure: Figure
) -> None:
    # A stream has no end to wait for, and the session is to last.
    left_out = "stream$|/auth/|/me/sessions/"
    checks = ("status_code", "content_type", "response_headers", "response_schema")
    said = run(
        tmp_path,
        str(BIN / "schemathesis"),
        *("--no-color", "run", f"{server.url}/openapi.json", "--url", server.url),
        *("--header", f"Authorization: Bearer {school.token(person)}"),
        *("--phases", "examples,coverage", "--continue-on-failure", "--request-timeout", "30"),
        *("--checks", ",".join(["not_a_server_error", *(f"{c}_conformance" for c in checks)])),
        *("--exclude-path-regex", left_out),
    )
    found = re.search(r"(\d+) generated, (\d+) passed", said)
    assert found is not None, said[-2000:]
    figure.count("requests", int(found[1]))
    assert int(found[1]) == int(found[2]) > 1_000
