"""Every screen of every role: it opens by itself, quickly, for the eye and for who has none, at
each width. Pictures of them, for people to look at, go to ``.screens/``."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.support.demo import LOGINS, PASSWORD
from tests.support.servers import Server
from tests.support.windows import PICTURES, Window

Windows = Callable[..., Window]

MOST_CALLS = 2
SLOWEST_MS = 8_000  # 300 are meant; a machine that is busy with other tests takes its time

pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="module")
def axe() -> Axe:
    return Axe()


def serious(axe: Axe, page: Page) -> list[str]:
    """What axe-core finds serious or critical in what is shown."""
    found = axe.run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [
        f"{v['id']}: {node['target']} {node['html'][:150]}"
        for v in found
        if v["impact"] in ("serious", "critical")
        for node in v["nodes"][:3]
    ]


def sections(window: Window) -> list[str]:
    """The addresses of the navigation."""
    found = window.page.locator("#nav a").evaluate_all("all => all.map(a => a.hash)")
    return [str(address) for address in found]


def further(window: Window, addresses: list[str]) -> Iterator[str]:
    """Addresses that the screens lead to: the notices, each report, an admission in the making,
    and the first row of every list."""
    yield "#/bell"
    for address in addresses:
        window.paint("#/bell")
        window.paint(address)
        links = window.page.locator("#screen .heading a.button").evaluate_all(
            "all => all.map(a => a.hash)"
        )
        yield from (
            a for a in links if "from=" not in a and a.startswith(("#/reports/", "#/admit"))
        )
        row = window.page.locator("#screen [id^=row-]").first
        if row.count() and address != "#/today":
            yield str(row.evaluate("a => a.hash"))


def examine(window: Window, axe: Axe, folder: Path, name: str) -> Iterator[str]:
    """What is wrong with what is shown, light and dark, wide and narrow; and its pictures."""
    for width, dark in ((1920, False), (1440, False), (360, True), (360, False)):
        window.look_as(width, dark=dark)
        window.page.mouse.move(0, 0)
        window.page.wait_for_function("() => document.fonts.status === 'loaded'")
        yield from (f"{name} at {width}: {wide}" for wide in window.too_wide())
        if width == 1440 or (width == 360 and not dark):
            window.page.screenshot(path=folder / f"{name}-{width}.png")
        else:
            found = serious(axe, window.page)
            yield from (f"{name} at {width}{' dark' * dark}: {wrong}" for wrong in found)
        if dark and name in ("today", "week", "leads", "mine", "register"):
            window.page.screenshot(path=folder / f"{name}-{width}-dark.png")


def file_name(address: str) -> str:
    path, _, query = address.removeprefix("#/").partition("?")
    return path.replace("/", "-") + ("-open" if "open=" in query else "")


@pytest.mark.parametrize("role", LOGINS)
def test_each_screen_opens_from_the_navigation_with_few_calls(
    demo_server: Server, windows: Windows, role: str
) -> None:
    window = windows(demo_server)
    window.log_in(LOGINS[role], PASSWORD)
    titles = window.page.locator("#nav a").all_text_contents()
    for title in titles[1:] + titles[:1]:
        window.page.locator("#screen h1").evaluate("h1 => h1.dataset.left = ''")
        window.section(title)
        window.page.locator("#screen h1:not([data-left])").wait_for()
        assert title in window.page.title()
    addresses = sections(window)
    times: dict[str, float] = {}
    for address in addresses[1:] + addresses[:1]:
        window.calls.clear()
        times[address] = window.paint(address)
        # A screen that looks again meanwhile asks the same again.
        assert len(set(window.calls)) <= MOST_CALLS, f"{address} asks {window.calls}"
    folder = PICTURES / role
    folder.mkdir(parents=True, exist_ok=True)
    lines = [f"{ms:6.0f} ms  {role} {address}" for address, ms in times.items()]
    (folder / "times.txt").write_text("\n".join(lines) + "\n", "utf-8")
    assert max(times.values()) < SLOWEST_MS, lines


# A super admin sees all that an admin does.
@pytest.mark.parametrize("role", [role for role in LOGINS if role != "admin"])
def test_nothing_on_a_screen_is_hard_to_see_to_reach_or_to_hear(
    demo_server: Server, windows: Windows, axe: Axe, role: str
) -> None:
    window = windows(demo_server)
    folder = PICTURES / role
    folder.mkdir(parents=True, exist_ok=True)
    window.open()
    window.page.get_by_role("button", name="Log in", exact=True).wait_for()
    wrongs = list(examine(window, axe, folder, "login"))
    window.log_in(LOGINS[role], PASSWORD)
    addresses = sections(window)
    for address in [*addresses, *further(window, addresses)]:
        window.look_as(1920)
        window.paint("#/bell" if address != "#/bell" else addresses[0])
        window.paint(address)
        if "open=" in address:
            window.page.locator("#beside h2").first.wait_for()
        wrongs += examine(window, axe, folder, file_name(address))
    assert wrongs == []


def test_nothing_in_a_dialog_is_hard_to_see_to_reach_or_to_hear(
    demo_server: Server, windows: Windows, axe: Axe
) -> None:
    window = windows(demo_server)
    folder = PICTURES / "dialogs"
    folder.mkdir(parents=True, exist_ok=True)
    window.log_in(LOGINS["admin"], PASSWORD)
    wrongs: list[str] = []
    opened = 0
    for address in sections(window):
        window.look_as(1920)
        window.paint("#/bell")
        window.paint(address)
        begins = window.page.locator("#screen header button.main")
        if begins.count():
            begins.first.click()
            window.dialog().wait_for()
            wrongs += examine(window, axe, folder, file_name(address))
            window.page.keyboard.press("Escape")
            opened += 1
    assert opened >= 4
    assert wrongs == []
