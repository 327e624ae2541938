"""What of a SQL text is code, and which functions and tables that code names.

Every name of ours is written with its schema, and no statement is put together from strings, so
words are enough: the catalog itself keeps no dependencies of a body that is a string.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

NOT_CODE = re.compile(
    r"--[^\n]*|/\*.*?\*/|\be'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'|\"[^\"]*\"|^ *\\[^\n]*",
    re.DOTALL | re.IGNORECASE | re.MULTILINE,
)
NAME = r"(?:school|auth|jobs|api|analytics)\.[a-z_][a-z_0-9]*"
CALL = re.compile(rf"\b({NAME})\s*\(")
READ = re.compile(rf"\b(?:from|join|using)\s+(?:only\s+|lateral\s+)?({NAME})\b(?!\s*\()")
WRITE = re.compile(
    rf"\b(?P<verb>insert\s+into|update|delete\s+from|truncate)\s+(?:only\s+)?(?P<table>{NAME})\b"
)
UPSERT = re.compile(r"\bdo\s+update\s+set\b")
SET = re.compile(r"\bset\b")
END_OF_SET = re.compile(r"\b(?:where|returning)\b|(?<!distinct )\bfrom\b")


@dataclass(frozen=True)
class Write:
    """A statement's write: insert, update, delete or truncate.

    Of an update ``columns`` are those it sets, ``kept`` those it sets to what they are.
    """

    table: str
    event: str
    columns: frozenset[str] = frozenset()
    kept: frozenset[str] = frozenset()


def code_of(text: str) -> str:
    """The text with blanks in place of comments, strings, quoted names and psql's commands."""
    return NOT_CODE.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)


def writes_of(code: str) -> Iterator[Write]:
    for found in WRITE.finditer(code):
        event = found["verb"].split()[0]
        rest = statement(code[found.end() :])
        if event == "update":
            yield Write(found["table"], event, *columns_set(rest, SET))
            continue
        yield Write(found["table"], event)
        if event == "insert" and UPSERT.search(rest):
            yield Write(found["table"], "update", *columns_set(rest, UPSERT))


def reads_of(code: str) -> set[str]:
    """The tables and views that rows are taken from."""
    return set(READ.findall(re.sub(r"\bdelete\s+from\b", "delete", code)))


def calls_of(code: str) -> set[str]:
    """All names before a parenthesis; a table that is inserted into is not one."""
    return set(CALL.findall(WRITE.sub("", code)))


def statement(code: str) -> str:
    """The code up to the end of the statement, or of the parentheses that it stands in."""
    return upto(code, re.compile(";"))


def columns_set(code: str, begin: re.Pattern[str]) -> tuple[frozenset[str], frozenset[str]]:
    """The columns after ``set``, and those of them that are set to themselves."""
    found = begin.search(code)
    columns: set[str] = set()
    kept: set[str] = set()
    for part in parted(upto(code[found.end() :], END_OF_SET) if found else ""):
        column, _, value = part.partition("=")
        columns.update(re.findall(r"\w+", column))
        if re.fullmatch(r"\w+\." + re.escape(column.strip()), value.strip()):
            kept.add(column.strip())
    return frozenset(columns), frozenset(kept)


def upto(code: str, end: re.Pattern[str]) -> str:
    """The code before the first ``end`` outside parentheses, or before one closed too many."""
    ends = {found.start() for found in end.finditer(code)}
    depth = 0
    for position, character in enumerate(code):
        depth += (character == "(") - (character == ")")
        if depth < 0 or (depth == 0 and position in ends):
            return code[:position]
    return code


def parted(code: str) -> list[str]:
    """The parts between commas outside parentheses."""
    parts, depth = [""], 0
    for character in code:
        depth += (character == "(") - (character == ")")
        if character == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += character
    return parts
