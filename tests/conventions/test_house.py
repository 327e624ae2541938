"""Where things live in ``api/``: packages whose imports point one way, files that can be read."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.support.console import PROJECT
from tests.support.slow import LIST

API = Path(PROJECT) / "api"
FILES = sorted(API.rglob("*.py"))
MOST_LINES = 400

# What a package may import besides itself; "" are the modules at the top of api/.
ARROWS = {
    "": set(),
    "database": {""},
    "http": {"", "database"},
    "background": {"", "database"},
    "console": {"", "database", "http", "background"},
    "__main__": {"", "database", "http", "background", "console"},
}


def room_of(module: tuple[str, ...]) -> str:
    """The room of a module given by its path below ``api``."""
    first = module[0] if module else ""
    return first if first in ARROWS else ""


def imported(tree: ast.AST) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The line and the module below ``api`` of every import, wherever it stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            package, *below = name.split(".")
            if package == "api":
                yield node.lineno, tuple(below)


def against_the_arrows(room: str, source: str) -> list[int]:
    """The lines that import what the room may not."""
    allowed = ARROWS[room] | {room}
    return [line for line, module in imported(ast.parse(source)) if room_of(module) not in allowed]


def room_of_file(path: Path) -> str:
    return room_of(path.relative_to(API).with_suffix("").parts)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(API).as_posix())
def test_imports_point_one_way(path: Path) -> None:
    assert against_the_arrows(room_of_file(path), path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("room", "source"),
    [
        ("database", "from api.http.routes import ROUTES"),
        ("database", "from api import http"),
        ("http", "import api.background.mail"),
        ("http", "def late():\n  from api.console.demo import demo"),
        ("background", "from api.http import plans"),
        ("", "from api.database.checkout import SQL"),
        ("console", "from api.__main__ import main"),
    ],
)
def test_an_import_against_the_arrows_is_found(room: str, source: str) -> None:
    assert against_the_arrows(room, source) == [source.count("\n") + 1]


def test_no_import_is_relative() -> None:
    for path in FILES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        assert not [n for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and n.level], path


def test_every_file_can_be_read_in_one_sitting() -> None:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in FILES}
    assert {path.name: n for path, n in lengths.items() if n > MOST_LINES} == {}


def test_every_package_is_a_room_and_goes_into_the_wheel() -> None:
    rooms = {path.parent.name for path in API.glob("*/__init__.py")}
    assert {path.parent for path in FILES} == {API, *(API / room for room in rooms)}
    assert rooms == ARROWS.keys() - {"", "__main__"}
    document = tomllib.loads((Path(PROJECT) / "pyproject.toml").read_text(encoding="utf-8"))
    wheel = document["tool"]["setuptools"]
    assert set(wheel["packages"]) == {
        "api",
        "api.docs",
        "api.sql",
        *(f"api.{room}" for room in rooms),
    }
    assert wheel["package-dir"] == {"api.docs": "docs", "api.sql": "sql"}


def test_everything_that_the_project_asks_for_is_locked_with_hashes() -> None:
    document = tomllib.loads((Path(PROJECT) / "pyproject.toml").read_text(encoding="utf-8"))
    project = document["project"]
    lock = (Path(PROJECT) / ".requirements.txt").read_text(encoding="utf-8")
    entries = re.findall(r"^(\S+)==([^ ;\\]+)(.*(?:\n    --.*)*)", lock, re.MULTILINE)
    assert [name for name, _, rest in entries if "--hash=sha256:" not in rest] == []
    locked = {name.partition("[")[0]: version for name, version, _ in entries}
    asked = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    for requirement in map(Requirement, asked):
        version = locked.get(canonicalize_name(requirement.name))
        assert version is not None, f"make lock: {requirement} is not locked"
        assert version in requirement.specifier, f"make lock: {requirement}, not {version}"


def test_what_serves_is_installed_as_it_was_tested() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    tested, served = (
        set(re.findall(r"^(\S+==.*(?:\n    --.*)*)", (PROJECT / lock).read_text(), re.MULTILINE))
        for lock in (".requirements.txt", "docs/deploy/requirements.txt")
    )
    assert served < tested
    names = {re.split(r"==|\[", entry)[0] for entry in served}
    assert {canonicalize_name(Requirement(name).name) for name in project["dependencies"]} <= names


def test_every_slow_test_is_one_that_there_is() -> None:
    for test in LIST.read_text(encoding="utf-8").split():
        path, _, name = test.partition("::")
        text = (PROJECT / path).read_text(encoding="utf-8")
        assert f"def {name.rpartition('::')[2]}(" in text, f"make slow: there is no {test}"
