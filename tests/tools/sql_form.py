"""The form of the SQL, where no catalog can say it: ``python -m tests.tools.sql_form [FILE…]``.

PL/pgSQL is a string to the linters of SQL, so this reads words itself; what the catalog and the
files' names can say is in the tests of conventions. Prints a line for each offence and ends with 1
when there is one.

The aliases of tables are those of the table in docs/contributing.md.
"""

import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from api.database.checkout import SQL, shown
from tests.tools.sql_words import NAME, NOT_CODE, code_of

GUIDE = SQL.parent / "docs" / "contributing.md"
LONGEST_LINE = 120
LONGEST_BODY = 60
# History is not edited once released: what stands in a migration stays as it is. The baseline is
# made of it by pg_dump.
HISTORY = (SQL / "schema", SQL / "baseline")

BODY = re.compile(r"^as (\$\w*\$)\n(?P<body>.*?)\n\1;$", re.DOTALL | re.MULTILINE)
DECLARED = re.compile(r"^declare$(?P<lines>.*?)^begin$", re.DOTALL | re.MULTILINE)
# A table where rows are taken from or written to, and the word after it.
USE = re.compile(
    rf"\b(?:from|join|update|into)\s+(?:only\s+)?(?P<table>{NAME})\b(?!\s*\()"
    r"(?:\s+(?P<with>as)\b)?(?:\s+(?P<alias>[a-z_0-9]+))?"
)
AFTER_A_TABLE = re.compile(
    "cross|default|for|full|group|inner|join|left|limit|loop|natural|on|order|returning|right|set"
    "|then|union|using|values|where|with"
)

Offence = tuple[int, str]


@dataclass(frozen=True)
class Source:
    """The text of a file, and what of it is code."""

    text: str

    @cached_property
    def code(self) -> str:
        return code_of(self.text)

    @cached_property
    def begun_before(self) -> set[int]:
        """The lines that begin within a string or comment."""
        return {
            line
            for found in NOT_CODE.finditer(self.text)
            for line in range(self.line_at(found.start()) + 1, self.line_at(found.end()) + 1)
        }

    @cached_property
    def lines(self) -> list[str]:
        return self.text.split("\n")

    def line_at(self, position: int) -> int:
        return self.text.count("\n", 0, position) + 1


def lines_are_short(source: Source) -> Iterator[Offence]:
    for number, line in enumerate(source.lines, 1):
        if len(line) > LONGEST_LINE:
            yield number, f"the line has {len(line)} characters, more than {LONGEST_LINE}"


def nothing_unseen(source: Source) -> Iterator[Offence]:
    for number, line in enumerate(source.lines, 1):
        if "\t" in line:
            yield number, "a tab"
        if line != line.rstrip():
            yield number, "blanks at the end of the line"
    if not source.text.endswith("\n") or source.text.endswith("\n\n"):
        yield len(source.lines), "the file does not end with one line end"


def indented_by_two(source: Source) -> Iterator[Offence]:
    for number, line in enumerate(source.lines, 1):
        if (len(line) - len(line.lstrip())) % 2 and number not in source.begun_before:
            yield number, "indented by an odd number of blanks"


def lower_case(source: Source) -> Iterator[Offence]:
    for found in re.finditer(r"\b\w*[A-Z]\w*\b", source.code):
        yield source.line_at(found.start()), f"{found[0]} is not in lower case"


def bodies_are_short(source: Source) -> Iterator[Offence]:
    for found in BODY.finditer(source.text):
        length = found["body"].count("\n") + 1
        head = source.text[: found.start()]
        if length > LONGEST_BODY and not re.search(r"^-- long: \w", head, re.MULTILINE):
            line = source.line_at(found.start())
            yield line, f"the body has {length} lines and no reason (-- long: …) above the function"


def variables_say_so(source: Source) -> Iterator[Offence]:
    for block in DECLARED.finditer(source.code):
        for found in re.finditer(r"^  (?P<name>\w+)\s", block["lines"], re.MULTILINE):
            if not found["name"].startswith("v_"):
                line = source.line_at(block.start("lines") + found.start())
                yield line, f"the variable {found['name']} does not begin with v_"


def aliases_are_fixed(aliases: dict[str, str]) -> Callable[[Source], Iterator[Offence]]:
    """The alias of a table, or that with a role before it, where a table stands twice."""

    def judge(source: Source) -> Iterator[Offence]:
        for found in USE.finditer(source.code):
            alias = found["alias"]
            if alias is None or AFTER_A_TABLE.fullmatch(alias):
                continue
            line = source.line_at(found.start())
            if found["with"] is None:
                yield line, f"{found['table']} {alias}: without as"
            wanted = aliases.get(found["table"])
            if wanted is not None and not alias.endswith(wanted):
                yield line, f"{found['table']} is {wanted}, not {alias}"

    return judge


def aliases_of(guide: str) -> dict[str, str]:
    """The alias of each table, from the rows ``| `school.leads` | `l` |`` of the page."""
    return dict(re.findall(r"^\| `(\w+\.\w+)` \| `(\w+)` \|$", guide, re.MULTILINE))


def rules() -> list[Callable[[Source], Iterator[Offence]]]:
    return [
        lines_are_short,
        nothing_unseen,
        indented_by_two,
        lower_case,
        bodies_are_short,
        variables_say_so,
        aliases_are_fixed(aliases_of(GUIDE.read_text(encoding="utf-8"))),
    ]


def offences(text: str) -> list[Offence]:
    """Each line of a file that breaks a rule, and how."""
    source = Source(text)
    return sorted(offence for rule in rules() for offence in rule(source))


def files() -> list[Path]:
    return sorted(
        path
        for path in SQL.rglob("*.sql")
        if not any(path.is_relative_to(folder) for folder in HISTORY)
    )


def main(arguments: list[str]) -> int:
    paths = [Path(argument).resolve() for argument in arguments] or files()
    found = 0
    for path in paths:
        for line, message in offences(path.read_text(encoding="utf-8")):
            print(f"{shown(path)}:{line}: {message}")
            found += 1
    print(f"{found} offences" if found else f"{len(paths)} files of SQL in form")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
