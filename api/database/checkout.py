"""The SQL files of this checkout: migrations by number, the code layer in loading order.

They lie beside ``api`` in the project's folder, and inside it where the project was installed.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_API = Path(__file__).resolve().parent.parent
SQL = _API / "sql" if (_API / "sql").is_dir() else _API.parent / "sql"
CODE = (
    "domains",
    "functions/auth",
    "functions/school",
    "views/school",
    "views/api",
    "answers",
    "functions/api",
    "functions/jobs",
    "views/analytics",
    "policies",
)
_MADE_OF = re.compile(r"\b[0-9a-f]{64}\b")


@dataclass(frozen=True)
class Baseline:
    """A file that makes at once what the first migrations make, which are given by id, in order."""

    path: Path
    migrations: tuple[str, ...]


def schema_folder() -> Path:
    """Return the folder of the migrations."""
    return SQL / "schema"


def migration_files(sql: Path | None = None) -> dict[str, Path]:
    """Return the migrations by their id, in the order of application.

    ``sql`` is the folder of another checkout's SQL; None is this one's.
    """
    return {
        path.stem: path
        for path in sorted(((sql or SQL) / "schema").glob("*.sql"))
        if not path.name.endswith(".rollback.sql")
    }


def baseline() -> Baseline | None:
    """Return the baseline, unless a migration is no longer what it was when that was made."""
    path = max((SQL / "baseline").glob("*.sql"), default=None)
    if path is None:
        return None
    covered = {
        migration: file
        for migration, file in migration_files().items()
        if migration.partition(".")[0] <= path.stem
    }
    with path.open(encoding="utf-8") as text:
        made_of = _MADE_OF.search(text.readline())
    if made_of is None or made_of[0] != checksum_of(covered.values(), SQL):
        return None
    return Baseline(path, tuple(covered))


def code_files(sql: Path | None = None) -> list[Path]:
    """Return the files of the code layer in loading order, of this or another checkout's SQL."""
    return [path for folder in CODE for path in sorted(((sql or SQL) / folder).rglob("*.sql"))]


def code_checksum(sql: Path | None = None) -> str:
    """Return the SHA-256 (hexadecimal) of the whole code layer."""
    return checksum_of(code_files(sql), sql or SQL)


def checksum_of(paths: Iterable[Path], folder: Path) -> str:
    """Return the SHA-256 (hexadecimal) of files: names below ``folder``, order and contents."""
    digest = hashlib.sha256()
    for path in paths:
        content = path.read_bytes()
        digest.update(f"{path.relative_to(folder).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def checksum(path: Path) -> str:
    """Return the SHA-256 (hexadecimal) of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def shown(path: Path) -> str:
    """Return a file's name as people know it: from the project's folder on, if it lies there."""
    is_ours = path.is_relative_to(SQL.parent)
    return (path.relative_to(SQL.parent) if is_ours else path).as_posix()
