"""The pictures in the README, ``docs/screens/``: OSTINATO_RECORD=1 takes them anew."""

import base64
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

from tests.support.demo import LOGINS, PASSWORD
from tests.support.servers import Server
from tests.support.windows import PICTURES, Window

PROJECT = Path(__file__).parents[2]
KEPT = PROJECT / "docs" / "screens"
LARGEST = 60_000
QUALITY = 60
WIDTH, HEIGHT = 1000, 620


def test_the_readme_shows_what_is_there(
    demo_server: Server, windows: Callable[..., Window]
) -> None:
    folder = PICTURES / "readme"
    folder.mkdir(parents=True, exist_ok=True)

    def take(window: Window, name: str) -> None:
        window.page.mouse.move(0, 0)
        session = window.page.context.new_cdp_session(window.page)
        asked = {"format": "webp", "quality": QUALITY}  # Playwright itself has larger ones only
        data = session.send("Page.captureScreenshot", asked)["data"]
        (folder / f"{name}.webp").write_bytes(base64.b64decode(data))

    staff = windows(demo_server, width=WIDTH)
    staff.page.set_viewport_size({"width": WIDTH, "height": HEIGHT})
    staff.log_in(LOGINS["staff"], PASSWORD)
    take(staff, "today")
    staff.section("Week")
    staff.page.locator("#screen .week article").first.wait_for()
    take(staff, "week")

    staff.section("Leads")
    screen = staff.page.locator("#screen")
    screen.locator(".lane [id^=row-]").first.click()
    staff.beside().get_by_role("link", name="Admit", exact=True).click()
    staff.choose("Course", "Violin Foundations", screen)
    staff.choose("Plan", "Twice a week, 16 classes", screen)
    for day in ("Monday", "Thursday"):
        times = screen.get_by_role("region", name=day).get_by_role("button")
        times.filter(has_text="15:00").click()
    screen.get_by_role("button", name="Admit", exact=True).scroll_into_view_if_needed()
    take(staff, "admission")

    teacher = windows(demo_server, width=360)
    teacher.page.set_viewport_size({"width": 360, "height": HEIGHT})
    teacher.log_in(LOGINS["teacher"], PASSWORD)
    teacher.section("Register")
    marks = teacher.page.locator("#screen .marks")
    for number, mark in enumerate(("present", "present", "absent")):
        marks.nth(number).get_by_role("button", name=mark).click()
        marks.nth(number).locator("[aria-pressed=true]").wait_for()
    for _ in range(2):
        teacher.press("Dismiss")
    teacher.page.keyboard.press("Home")
    take(teacher, "register")

    shown = set(re.findall(r"docs/screens/(\w+)\.webp", (PROJECT / "README.md").read_text("utf-8")))
    taken = {picture.stem for picture in folder.glob("*.webp")}
    assert shown == taken
    if os.environ.get("OSTINATO_RECORD"):
        shutil.copytree(folder, KEPT, dirs_exist_ok=True)
    assert {p.stem for p in KEPT.glob("*.webp") if p.stat().st_size < LARGEST} == shown
