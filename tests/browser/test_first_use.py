"""An empty school is led, by clicks, from its settings to the first admission."""

from collections.abc import Callable, Iterator

import psycopg
import pytest
from argon2 import PasswordHasher
from playwright.sync_api import expect
from psycopg.conninfo import make_conninfo

from api.database import migrations
from api.settings import Settings
from tests.support.school import NOW, PASSWORD, Clock
from tests.support.servers import Server, running_server
from tests.support.windows import Window

DIRECTOR = "dora@school.test"


@pytest.fixture
def empty_server(empty_conninfo: str) -> Iterator[Server]:
    """A server of a school in which there is nothing but its director."""
    migrations.migrate(empty_conninfo, progress=lambda line: None)
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    with psycopg.connect(empty_conninfo, autocommit=True) as db:
        Clock(db).set(NOW)
        db.execute(
            "select auth.set_password(school.add_user('Dora', 'super_admin', %s, null), %s)",
            (DIRECTOR, cheap),
        )
    gateway = make_conninfo(empty_conninfo, user="school_gateway")
    with running_server(Settings(database_url=gateway, pool_max=4, scheduler="off")) as running:
        yield running


def fill(window: Window, opens: str, action: str, **values: str) -> None:
    """Press ``opens``, fill in the form of the dialog, and press ``action``."""
    window.press(opens)
    dialog = window.dialog()
    for label, value in values.items():
        control = dialog.get_by_label(label.replace("_", " "), exact=True)
        if control.evaluate("e => e.tagName") == "SELECT":
            control.select_option(value)
        else:
            control.fill(value)
    window.press(action, dialog)
    dialog.wait_for(state="detached")


def step(window: Window, label: str) -> None:
    """Go on with what Today says is to be done."""
    window.section("Today")
    link = window.page.locator("#screen .steps").get_by_role("link", name=label, exact=True)
    expect(link.locator("..")).to_contain_text("to do")
    link.click()


def test_an_empty_school_is_led_to_its_first_admission(
    empty_server: Server, windows: Callable[..., Window]
) -> None:
    window = windows(empty_server)
    screen = window.page.locator("#screen")
    window.log_in(DIRECTOR, PASSWORD)

    step(window, "Settings")
    screen.get_by_label("Name of the school").fill("Harbour Music")
    window.press("Save", screen)
    window.sees("Saved.", "#toasts")

    step(window, "Courses")
    fill(window, "New instrument", "Make it", Name="Violin")
    fill(window, "New course", "Make it", Instrument="Violin", Name="Violin I")

    step(window, "Plans")
    screen.get_by_role("link", name="Violin I").click()
    fill(
        window,
        "New plan",
        "Make it",
        **{"Name": "Ten", "Classes in all": "10", "Classes a week": "1", "Price": "250"},
    )
    window.sees("250", "#beside")

    step(window, "Times of the week")
    fill(window, "New time", "Make it", Weekday="Tuesday", From="16:00", To="17:00")

    step(window, "Teachers")
    fill(window, "New person", "Make it", Name="Tom", Role="teacher")
    window.section("Courses")
    screen.get_by_role("link", name="Violin I").click()
    window.beside().get_by_label("Teacher", exact=True).select_option("Tom")
    window.press("Add the teacher", window.beside())
    window.beside().get_by_role("button", name="Take Tom off").wait_for()

    step(window, "Weekly classes")
    slot = "Tue 16:00–17:00"  # noqa: RUF001 (as it is shown)
    fill(window, "New class", "Make it", Time=slot, Course="Violin I", Teacher="Tom", Seats="2")

    step(window, "First admission")
    screen.get_by_label("Course").select_option("Violin I")
    screen.get_by_label("Plan").select_option(label="Ten, 250.00")
    screen.get_by_role("region", name="Tuesday").get_by_role("button").click()
    screen.get_by_label("Name").fill("Ida Berg")
    window.press("Preview with this person")
    window.sees("10 classes, Tue 2 Mar to Tue 4 May", "#screen")
    window.press("Admit", screen)
    window.sees("Ida Berg is admitted", "#toasts")

    window.section("Today")
    screen.locator(".counts").get_by_text("unpaid").wait_for()
    expect(screen.get_by_text("Welcome.")).to_have_count(0)
