"""Which tests are slow, and so not in ``make test``: those of ``tests/slow.txt``.

``make slow`` measures all tests and writes the file anew. It leaves out what ``make test`` is never
without: the last seat, the matrix of permissions, the day at the school.
"""

from collections import Counter
from pathlib import Path

import pytest

LIST = Path(__file__).parents[1] / "slow.txt"
SLOW_S = 1.0
NEVER = (
    "tests/races/test_last_seat.py",
    "tests/conventions/test_matrix.py",
    "tests/api/test_a_day",
)


class Watch:
    """Adds up how long each test took, with what it needed, and keeps the slow ones in the file."""

    def __init__(self) -> None:
        self._took: Counter[str] = Counter()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._took[report.nodeid] += report.duration  # type: ignore[assignment]

    def pytest_sessionfinish(self) -> None:
        slow = {_function(test) for test, took in self._took.items() if took > SLOW_S}
        kept = sorted(test for test in slow if not test.startswith(NEVER))
        LIST.write_text("".join(f"{test}\n" for test in kept), encoding="utf-8")


def _function(test: str) -> str:
    return test.split("[")[0]


# --- the plugin's hooks, taken over by tests/conftest.py -------------------------------------


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--write-slow", action="store_true", help=f"write {LIST.name} anew")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--write-slow") and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Watch(), "slow")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    slow = set(LIST.read_text(encoding="utf-8").split())
    for item in items:
        if _function(item.nodeid) in slow:
            item.add_marker(pytest.mark.slow)
