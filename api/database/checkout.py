"""The SQL files of this checkout: migrations by number, the code layer in loading order.

They lie beside ``api`` in the project's folder, and inside it where the project was installed.
"""

import hashlib
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


def schema_folder() -> Path:
    """Return the folder of the migrations."""
    return SQL / "schema"


def migration_files() -> dict[str, Path]:
    """Return the migrations of this checkout by their id, in the order of application."""
    return {
        path.stem: path
        for path in sorted(schema_folder().glob("*.sql"))
        if not path.name.endswith(".rollback.sql")
    }


def code_files() -> list[Path]:
    """Return the files of the code layer in loading order."""
    return [path for folder in CODE for path in sorted((SQL / folder).rglob("*.sql"))]


def code_checksum() -> str:
    """Return the SHA-256 (hexadecimal) of the whole code layer: names, order and contents."""
    digest = hashlib.sha256()
    for path in code_files():
        content = path.read_bytes()
        digest.update(f"{path.relative_to(SQL).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def checksum(path: Path) -> str:
    """Return the SHA-256 (hexadecimal) of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def shown(path: Path) -> str:
    """Return a file's name as people know it, from the project's folder on."""
    return path.relative_to(SQL.parent).as_posix()
