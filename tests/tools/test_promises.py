"""The table of promises tells what the tests came to, leg by leg."""

from pathlib import Path
from typing import Any, Literal

import pytest

from tests.support.promises import PROMISES, Figure, Found, Promises, read, table


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing be wrapped."""
    monkeypatch.setattr("tests.support.promises.WIDTHS", (99, 199, 999))


def report(
    when: Literal["setup", "call", "teardown"],
    outcome: Literal["passed", "failed", "skipped"],
    *properties: tuple[str, Any],
) -> pytest.TestReport:
    return pytest.TestReport(
        "tests/test_one.py::test_one",
        ("tests/test_one.py", 1, "test_one"),
        {},
        outcome,
        None,
        when,
        user_properties=[("promise", "kills"), *properties],
        duration=1,
    )


class Terminal:
    """What is written at the end of a run."""

    def __init__(self) -> None:
        self.text = ""

    def write_sep(self, mark: str, title: str) -> None:
        pass

    def write(self, text: str) -> None:
        self.text += text


def leg(file: Path | None, version: str, *reports: pytest.TestReport) -> str:
    """Return what a run says in which there were these reports."""
    plugin = Promises(file)
    plugin.version = version
    for each in reports:
        plugin.pytest_runtest_logreport(each)
    terminal = Terminal()
    plugin.pytest_terminal_summary(terminal)
    return terminal.text


def told(figure: Figure) -> tuple[str, Any]:
    return ("figure", [figure.counts, figure.peaks])


def test_a_promise_is_told_with_the_sum_and_the_greatest_of_its_figures() -> None:
    first, second = Figure(), Figure()
    first.count("writes", 1200)
    first.peak("ms", 2)
    second.count("writes", 34)
    second.peak("ms", 1)
    said = leg(
        None,
        "18.6",
        report("setup", "passed"),
        report("call", "passed"),
        report("teardown", "passed", told(first)),
        report("call", "passed"),
        report("teardown", "passed", told(second)),
    )
    assert "1,234 writes" in said
    assert "at most 2.0 ms" in said
    assert "2 tests in 5" in said
    assert said.count("held") == 1
    assert "BROKEN" not in said
    assert "not run" not in said


@pytest.mark.parametrize("when", ["setup", "call", "teardown"])
def test_one_test_that_fails_anywhere_breaks_the_promise(
    when: Literal["setup", "call", "teardown"],
) -> None:
    assert "BROKEN" in leg(None, "18.6", report("call", "passed"), report(when, "failed"))


def test_what_was_left_out_is_not_held() -> None:
    said = leg(None, "18.6", report("setup", "skipped"), report("teardown", "passed"))
    assert "not run" in said
    assert "held" not in said


def test_legs_are_one_table_in_which_a_broken_one_stays_broken(tmp_path: Path) -> None:
    file = tmp_path / "promises.json"
    leg(file, "15.19", report("call", "failed"))
    said = leg(file, "18.6", report("call", "passed"))
    assert "15.19: 0 tests, 1 failed" in said
    assert "18.6: 1 test" in said
    assert read(file).keys() == {"kills", "versions"}
    assert said.count("BROKEN") == 2, "the promise, and that all runs on each version"
    assert said.count("not run") == len(PROMISES) - 2


def test_another_run_on_the_same_version_adds_to_what_was_found(tmp_path: Path) -> None:
    file = tmp_path / "promises.json"
    figure = Figure()
    figure.count("writes", 2)
    leg(file, "18.6", report("call", "failed"), report("teardown", "passed", told(figure)))
    said = leg(file, "18.6", report("call", "passed"), report("teardown", "passed", told(figure)))
    assert "18.6: 4 writes, 1 test, 1 failed" in said
    assert "held" not in said


def test_a_run_without_promises_says_nothing() -> None:
    assert leg(None, "18.6") == ""


def test_a_table_has_a_line_for_each_promise() -> None:
    lines = "\n".join(table({"kills": {"18.6": Found(passed=1)}}, list(PROMISES)))
    assert all(promise.what.split()[0] in lines for promise in PROMISES.values())
