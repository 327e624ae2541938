"""People and leads added by who runs the server."""

import argparse
import json
import sys
from pathlib import Path

import psycopg

from api.console.connecting import CommandError, one_line, ready_owner, value
from api.console.passwords import hashed
from api.http.tables import Row, parse_csv
from api.settings import Settings

ROLES = ("super_admin", "admin", "staff", "teacher", "student")


def create_user(settings: Settings, chosen: argparse.Namespace) -> int:
    """Create a user; print an activation token, or set the password given."""
    password = chosen.password
    password_hash = None if password is None else hashed(password)
    with ready_owner(settings) as connection:
        answer = value(
            connection,
            "select auth.create_user_from_console(p_email => %s, p_name => %s, p_role => %s,"
            " p_password_hash => %s, p_password_length => %s)",
            chosen.email,
            chosen.name,
            chosen.role,
            password_hash,
            None if password is None else len(password),
        )
    print(f"{chosen.role} {chosen.email} created, id {answer['id']}")
    if activation := answer.get("activation"):
        print(f"activation token (until {activation['expiresAt']}): {activation['token']}")
    return 0


def import_leads(settings: Settings, chosen: argparse.Namespace) -> int:
    """Add the leads of a CSV file, all or none; 1 when something in it is wrong."""
    rows = _read_rows(chosen.file)
    with ready_owner(settings) as connection:
        verb = "checking" if chosen.dry_run else "importing"
        print(f"{verb} {max(len(rows) - 1, 0)} rows", file=sys.stderr, flush=True)
        try:
            answer = value(
                connection,
                "select api.import_leads(p_rows => %s::jsonb, p_dry_run => %s)",
                json.dumps(rows),
                chosen.dry_run,
            )
        except psycopg.Error as error:
            raise CommandError(f"{chosen.file}: {_refusal(error)}") from error
    for wrong in answer["errors"]:
        place = f"{wrong['line']}:{wrong['column']}" if wrong["column"] else f"{wrong['line']}"
        print(f"{place}: {wrong['message']}")
    if answer["errors"]:
        print(f"{len(answer['errors'])} errors; nothing was imported", file=sys.stderr)
        return 1
    if chosen.dry_run:
        print(f"{answer['rows']} rows could be imported")
    else:
        print(f"{answer['created']} leads imported")
    return 0


def _read_rows(path: Path) -> list[Row]:
    """Read the records of a CSV file; CommandError when it cannot be read or is no CSV."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
        if "\x00" in text:
            raise ValueError("it holds a NUL character")
        return parse_csv(text)
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise CommandError(f"{path}: it is not UTF-8") from error
    except ValueError as error:
        raise CommandError(f"{path}: {error}") from error


def _refusal(error: psycopg.Error) -> str:
    """What a function refused, in one line, with the members it names."""
    message = one_line(error)
    if error.sqlstate != "OS001":
        return message
    wrong = json.loads(error.diag.message_detail or "{}").get("errors", ())
    named = "; ".join(f"{e['pointer'].removeprefix('/')} {e['message']}" for e in wrong)
    return named or message
