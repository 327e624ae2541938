"""Why a database cannot be brought where it should be, in one line with file and line."""

from pathlib import Path
from typing import Any, NoReturn

import psycopg

from api.database.checkout import shown
from api.database.patience import IN_THE_WAY

_STATEMENT_NOTE = "statement: "


class MigrationError(RuntimeError):
    """The database cannot be brought where it should be; the message is one line for people."""


class NotingCursor(psycopg.Cursor[Any]):
    """A cursor that notes on an error which statement raised it, so that a line can be named."""

    def execute(self, query: Any, *args: Any, **kwargs: Any) -> "NotingCursor":  # noqa: ANN401
        try:
            return super().execute(query, *args, **kwargs)
        except psycopg.Error as error:
            if isinstance(query, str):
                error.add_note(_STATEMENT_NOTE + query)
            raise


def raise_located(path: Path, error: psycopg.Error) -> NoReturn:
    """Raise MigrationError with file, line and message; a lost race for locks stays what it is."""
    if isinstance(error, IN_THE_WAY):
        raise error
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    statement = next(
        (
            note.removeprefix(_STATEMENT_NOTE)
            for note in getattr(error, "__notes__", ())
            if note.startswith(_STATEMENT_NOTE)
        ),
        "",
    )
    start = text.find(statement)
    place = shown(path)
    if start >= 0 and (statement or error.diag.statement_position):
        # A statement not found here belongs to what surrounds the file's own.
        position = start + int(error.diag.statement_position or 1) - 1
        place += f":{text.count(chr(10), 0, position) + 1}"
    detail = f" ({error.diag.message_detail})" if error.diag.message_detail else ""
    raise MigrationError(f"{place}: {first_line(error)}{detail}") from error


def first_line(error: psycopg.Error) -> str:
    return error.diag.message_primary or str(error).strip().partition("\n")[0]
