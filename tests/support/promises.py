"""What the project promises, and a table of what the tests that prove it found.

A test that proves a promise is marked with its name, ``@pytest.mark.promise("races")``, and says
with the fixture ``figure`` what it counted and measured. A run in which there are such tests ends
with the table. ``--promises FILE`` keeps what was found in a file, and adds what the runs before
had left there: one table of several legs, with the promises that nobody tried. There every test
counts for the promise ``versions``.
"""

import json
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, cast

import psycopg
import pytest


@dataclass(frozen=True)
class Promise:
    """What is promised, and how it is checked."""

    what: str
    how: str


PROMISES = {
    "matrix": Promise(
        "A role does with each row what the rules say, nothing else",
        "each person tries each statement on each table, by session and by login; a model of"
        " the rules foretells the outcome",
    ),
    "access": Promise(
        "The same person sees the same rows over HTTP and in SQL",
        "every list paged to its end, the same view under the person's own login, and the"
        " model: one set of ids, in a school of 10,000 rows",
    ),
    "mutants": Promise(
        "A broken policy or grant is noticed",
        "each policy dropped or opened, each grant given or taken, one at a time, in a"
        " transaction that is undone; a test must tell",
    ),
    "identity": Promise(
        "Nobody becomes somebody else",
        "every setting with every kind of value, every role, every function with other"
        " people's ids, expired and stolen sessions",
    ),
    "revocation": Promise(
        "Who loses a right loses it now",
        "logout, disabling and a new role on one process, asked on another; SQL logins in"
        " the middle of a statement",
    ),
    "races": Promise(
        "Nothing is oversold and nothing half done, whoever comes at once",
        "pairs in each order at each isolation level, crowds for one seat, random operations;"
        " check_invariants after each",
    ),
    "kills": Promise(
        "What was acknowledged is there, once, whatever is killed",
        "kill -9 of the API process, of one backend, of the whole server (embedded, durable):"
        " idle, in a transaction, at commit, after it; all is sent again with its key",
    ),
    "overload": Promise(
        "Too many are told so, the others served",
        "ten times what a process of slowed calls can serve is offered at a fixed rate",
    ),
    "contract": Promise(
        "Every answer is as the OpenAPI document says, none is an error of ours",
        "schemathesis: generated requests and every case of the document, as several roles",
    ),
    "restore": Promise(
        "A restored backup answers like the school it was made of",
        "pg_dump, a new database, migrate; the same requests as each of five roles, compared"
        " byte by byte",
    ),
    "pgbouncer": Promise(
        "Behind PgBouncer all is the same",
        "PgBouncer in transaction mode between the API and its database",
    ),
    "replica": Promise(
        "A standby serves reads, and takes over",
        "a real standby: reads there, failover to it",
    ),
    "versions": Promise(
        "It runs on PostgreSQL 15, 16, 17 and 18",
        "all tests on 15 and 18; the day at the school, the matrix and the migrations on the"
        " others",
    ),
}


@dataclass
class Figure:
    """What a test counted, and the greatest of what it measured, by the words to tell it with."""

    counts: dict[str, int] = field(default_factory=dict)
    peaks: dict[str, float] = field(default_factory=dict)

    def count(self, what: str, number: int = 1) -> None:
        """Add to what is counted, like ``"requests"``."""
        self.counts[what] = self.counts.get(what, 0) + number

    def peak(self, what: str, number: float) -> None:
        """Keep the greatest number, of something like ``"ms until denied"``."""
        self.peaks[what] = max(number, self.peaks.get(what, number))

    def __str__(self) -> str:
        told = [f"{number:,} {what}" for what, number in self.counts.items()]
        return ", ".join([*told, *(f"at most {n:,.1f} {what}" for what, n in self.peaks.items())])


@dataclass
class Found(Figure):
    """What the tests of one promise came to on one version of PostgreSQL."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0

    @property
    def verdict(self) -> str:
        if self.failed:
            return "BROKEN"
        return "held" if self.passed else "not run"

    def see(self, report: pytest.TestReport) -> None:
        """Take over how one phase of a test ended."""
        self.seconds += report.duration
        self.failed += report.failed
        self.skipped += report.skipped
        self.passed += report.passed and report.when == "call"

    def take(self, report: pytest.TestReport) -> None:
        """Take over the figures of a test, which are known at its end."""
        for told, value in report.user_properties:
            if told == "figure":
                counts, peaks = cast("tuple[dict[str, int], dict[str, float]]", value)
                self.add(Found(counts, peaks))

    def add(self, other: "Found") -> None:
        """Take over what another run on the same version found."""
        for what, number in other.counts.items():
            self.count(what, number)
        for what, peak in other.peaks.items():
            self.peak(what, peak)
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped
        self.seconds += other.seconds


Results = dict[str, dict[str, Found]]
"""By promise, by the version of PostgreSQL."""


class Promises:
    """The plugin: it collects from the reports of the tests, of other processes too."""

    def __init__(self, file: Path | None) -> None:
        self.version = ""
        self._file = file
        self._found: dict[str, Found] = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        for marker in item.iter_markers("promise"):
            (name,) = marker.args
            assert name in PROMISES, f"no promise {name!r} in tests/support/promises.py"
            item.user_properties.append(("promise", name))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> None:
        item.user_properties.append(("version", self.version))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        for told, value in report.user_properties:
            if told == "version":
                self.version = str(value) or self.version
            if told == "promise":
                found = self._found.setdefault(str(value), Found())
                found.see(report)
                found.take(report)
        if self._file is not None:
            self._found.setdefault("versions", Found()).see(report)

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        everything = {} if self._file is None else read(self._file)
        for name, found in self._found.items():
            everything.setdefault(name, {}).setdefault(self.version, Found()).add(found)
        if self._file is not None:
            write(self._file, everything)
        names = [n for n in PROMISES if self._file is not None or n in everything]
        if names:
            terminalreporter.write_sep("=", "promises")
            terminalreporter.write("\n".join(table(everything, names)) + "\n")


def read(file: Path) -> Results:
    """Return what earlier runs found."""
    if not file.exists():
        return {}
    kept = json.loads(file.read_text(encoding="utf-8"))
    return {
        name: {version: Found(**found) for version, found in versions.items()}
        for name, versions in kept.items()
    }


def write(file: Path, results: Results) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    kept = {n: {v: asdict(f) for v, f in versions.items()} for n, versions in results.items()}
    file.write_text(json.dumps(kept, indent=1), encoding="utf-8")


WIDTHS = (30, 38, 42)


def table(results: Results, names: list[str]) -> Iterator[str]:
    """Give the lines of the table: promise, how it is checked, its figure, the verdict."""

    def row(*cells: str) -> Iterator[str]:
        columns = [textwrap.wrap(cell, width) for cell, width in zip(cells, WIDTHS, strict=False)]
        columns.append([cells[-1]])
        for number in range(max(map(len, columns))):
            parts = [c[number] if number < len(c) else "" for c in columns]
            padded = [f"{part:{width}}" for part, width in zip(parts, WIDTHS, strict=False)]
            yield "  ".join([*padded, parts[-1]]).rstrip()

    yield from row("promise", "how it is checked", "figure", "verdict")
    for name in names:
        yield "-" * (sum(WIDTHS) + 2 * len(WIDTHS) + 7)
        versions = results.get(name, {})
        verdicts = {found.verdict for found in versions.values()} or {"not run"}
        verdict = next(v for v in ("BROKEN", "held", "not run") if v in verdicts)
        told = "; ".join(
            f"PostgreSQL {version}: {told_of(found)}" if version else told_of(found)
            for version, found in sorted(versions.items())
        )
        yield from row(PROMISES[name].what, PROMISES[name].how, told, verdict)


def told_of(found: Found) -> str:
    """Return the figure, how many tests there were, and how long they took."""
    tests = f"{found.passed:,} tests" if found.passed != 1 else "1 test"
    for number, word in ((found.failed, "failed"), (found.skipped, "left out")):
        tests += f", {number} {word}" if number else ""
    return f"{found}{', ' if str(found) else ''}{tests} in {found.seconds:,.0f} s"


# --- the plugin's hooks, taken over by tests/conftest.py -------------------------------------


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--promises",
        metavar="FILE",
        type=Path,
        help="add what the promises came to to FILE, and show all of it",
    )


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Promises(config.getoption("--promises")), "promises")


@pytest.fixture(scope="session")
def tell_version(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """``tell_version(conninfo)``: the table is to say which PostgreSQL that is."""
    plugin: Promises | None = request.config.pluginmanager.get_plugin("promises")
    assert plugin is not None

    def tell(conninfo: str) -> None:
        with psycopg.connect(conninfo) as connection:
            version = connection.info.parameter_status("server_version") or ""
        plugin.version = version.partition(" ")[0]

    return tell


@pytest.fixture
def figure(request: pytest.FixtureRequest) -> Iterator[Figure]:
    """What the test counts and measures for the table of promises."""
    told = Figure()
    yield told
    request.node.user_properties.append(("figure", [told.counts, told.peaks]))
