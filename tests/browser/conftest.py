"""Debian's Chromium, and windows in it."""

import os
import shutil
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.support.servers import Server
from tests.support.windows import PICTURES, Window, open_window

CHROMIUM = shutil.which("chromium")

expect.set_options(timeout=30_000)  # a machine that is busy with other tests takes its time


def pytest_runtest_setup(item: pytest.Item) -> None:
    if not os.environ.get("OSTINATO_TEST_BROWSER"):
        pytest.skip("takes long: make test-browser")
    if CHROMIUM is None and os.environ.get("REQUIRED") != "1":
        pytest.skip("needs a browser (Debian: apt install chromium)")


# Not for longer than this folder: while Playwright is there, others cannot run an event loop.
@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM or "chromium", args=["--no-sandbox"]
        )
        yield browser
        browser.close()


@pytest.fixture
def windows(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[Callable[..., Window]]:
    """``windows(server, width=…, locale=…)``: a window of its own; nothing may go wrong in it.

    What each of them showed last is in ``.screens/last/``.
    """
    opened: list[Window] = []

    def one(server: Server, **wishes: object) -> Window:
        opened.append(open_window(chromium, server.url, **wishes))  # type: ignore[arg-type]
        return opened[-1]

    yield one
    for number, window in enumerate(opened, start=1):
        picture = PICTURES / "last" / f"{request.node.name}-{number}.png"
        window.page.screenshot(path=picture)
        window.page.context.close()
    assert [wrong for window in opened for wrong in window.wrongs] == []
