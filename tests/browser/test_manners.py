"""How the front office behaves: by keys alone, when two write at once, without the network, when
one person leaves a window to another, and in which words it tells a day."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.support.demo import LOGINS, PASSWORD
from tests.support.servers import Server
from tests.support.windows import Window

Windows = Callable[..., Window]

STAFF = LOGINS["staff"]


def first_card(window: Window) -> str:
    """Open the leads' board; return the id of the first card of its first stage."""
    window.section("Leads")
    card = window.page.locator("#screen .lane [id^=row-]").first
    card.wait_for()
    return str(card.get_attribute("id"))


def test_the_keyboard_is_enough(demo_server: Server, windows: Windows) -> None:
    window = windows(demo_server)
    keys = window.page.keyboard
    window.open()
    expect(window.page.get_by_label("E-mail").first).to_be_focused()
    keys.type(STAFF)
    keys.press("Tab")
    keys.type(PASSWORD)
    keys.press("Enter")
    window.page.locator("#nav").wait_for()

    row = first_card(window)
    card = window.page.locator(f"#{row}")
    name = str(card.text_content())
    keys.press("/")
    expect(window.dialog().get_by_role("searchbox")).to_be_focused()
    keys.type(name)
    window.dialog().get_by_role("link", name=name).first.wait_for()
    keys.press("ArrowDown")
    keys.press("Enter")
    expect(window.beside().get_by_role("heading", name=name)).to_be_focused()

    keys.press("Escape")
    window.beside().wait_for(state="hidden")
    expect(card).to_be_focused()

    lanes = window.page.locator("#screen .lane")
    expect(lanes.nth(0).locator(f"#{row}")).to_have_count(1)
    keys.press("]")
    expect(lanes.nth(1).locator(f"#{row}")).to_be_focused()
    keys.press("[")
    expect(lanes.nth(0).locator(f"#{row}")).to_be_focused()


def test_the_mouse_moves_a_card_and_undo_puts_it_back(
    demo_server: Server, windows: Windows
) -> None:
    window = windows(demo_server)
    window.log_in(STAFF, PASSWORD)
    row = first_card(window)
    lanes = window.page.locator("#screen .lane")
    window.page.locator("article", has=window.page.locator(f"#{row}")).drag_to(lanes.nth(1))
    expect(lanes.nth(1).locator(f"#{row}")).to_have_count(1)
    window.press("Undo")
    expect(lanes.nth(0).locator(f"#{row}")).to_have_count(1)


def test_back_goes_back(demo_server: Server, windows: Windows) -> None:
    window = windows(demo_server)
    window.log_in(STAFF, PASSWORD)
    row = first_card(window)
    window.page.locator(f"#{row}").click()
    window.beside().wait_for()
    opened = window.page.url
    window.page.go_back()
    window.beside().wait_for(state="hidden")
    window.page.go_back()
    window.page.locator("#screen .counts").wait_for()
    window.page.goto(opened)
    window.page.reload()
    window.beside().wait_for()


def test_who_was_slower_sees_both_states(demo_server: Server, windows: Windows) -> None:
    first, second = windows(demo_server), windows(demo_server)
    for window in (first, second):
        window.log_in(STAFF, PASSWORD)
        window.page.locator(f"#{first_card(window)}").click()
        window.press("Change", window.beside())
        window.dialog().wait_for()
    for window, area in ((first, "Harbour"), (second, "Old Town")):
        window.dialog().get_by_label("Area").fill(area)
        window.press("Save", window.dialog())
        if window is first:
            window.dialog().wait_for(state="detached")
    told = second.dialog().get_by_role("alert")
    expect(told).to_contain_text("Somebody was faster")
    expect(told.get_by_role("row", name="Area")).to_contain_text("Old Town")
    expect(told.get_by_role("row", name="Area")).to_contain_text("Harbour")
    second.expect("412")
    second.press("Save", second.dialog())
    first.sees("Old Town", "#beside")


def test_what_is_being_written_stays_when_the_details_are_made_anew(
    demo_server: Server, windows: Windows
) -> None:
    window = windows(demo_server)
    window.log_in(STAFF, PASSWORD)
    window.page.locator(f"#{first_card(window)}").click()
    note = window.beside().get_by_role("textbox", name="Note")
    note.fill("Asks for Saturdays")
    window.press("Tomorrow", window.beside())
    window.sees("Follow up Tomorrow", "#beside")
    expect(note).to_have_value("Asks for Saturdays")
    note.press("Escape")
    expect(note).to_have_value("Asks for Saturdays")
    window.press("Add the note", window.beside())
    window.sees("Asks for Saturdays", "#beside .rows")
    expect(note).to_have_value("")
    window.press("Undo")
    window.sees("Follow up Thu 25 Feb", "#beside")
    note.fill("For this one alone")
    other = window.page.locator("#screen .lane [id^=row-]").nth(1)
    other.click()
    expect(window.beside().get_by_role("heading").first).to_have_text(str(other.text_content()))
    expect(note).to_have_value("")


def test_a_day_is_typed_into_a_filter_digit_by_digit(demo_server: Server, windows: Windows) -> None:
    window = windows(demo_server)
    window.log_in(STAFF, PASSWORD)
    window.section("Trials")
    date = window.page.locator("#screen").get_by_label("Date")
    date.focus()
    window.page.keyboard.type("03032027", delay=100)
    expect(date).to_have_value("2027-03-03")
    window.page.wait_for_url("**date=2027-03-03**")


def test_what_is_done_is_what_was_previewed(demo_server: Server, windows: Windows) -> None:
    window = windows(demo_server)
    window.log_in(LOGINS["admin"], PASSWORD)
    window.section("Closures")
    window.press("Close the school")
    dialog = window.dialog()
    for label in ("First day", "Last day"):
        dialog.get_by_label(label).fill("2027-03-08")
    dialog.get_by_label("Why").fill("Flood")
    window.press("Preview", dialog)
    doing = dialog.get_by_role("button", name="Close on these days")
    doing.wait_for()
    dialog.get_by_label("Last day").fill("2027-03-09")
    expect(doing).to_have_count(0)


def test_without_the_network_it_says_so_and_keeps_what_was_typed(
    demo_server: Server, windows: Windows
) -> None:
    window = windows(demo_server)
    window.log_in(STAFF, PASSWORD)
    first_card(window)
    window.press("New lead")
    name = window.dialog().get_by_label("Name").first
    name.fill("Ida Berg")
    window.dialog().get_by_label("E-mail").fill("ida@berg.example")
    window.page.context.set_offline(True)
    window.press("Make the lead", window.dialog())
    expect(window.dialog().get_by_role("alert")).to_contain_text("cannot be reached")
    expect(window.page.locator("#offline")).to_be_visible()
    expect(name).to_have_value("Ida Berg")
    window.page.context.set_offline(False)
    window.press("Make the lead", window.dialog())
    window.beside().get_by_role("heading", name="Ida Berg").wait_for()
    window.sees("Ida Berg is to be followed up", "#toasts")
    expect(window.page.locator("#offline")).to_be_hidden()
    window.expect("ERR_INTERNET_DISCONNECTED")


def test_nothing_of_one_person_is_left_for_the_next(demo_server: Server, windows: Windows) -> None:
    window = windows(demo_server)
    window.log_in(LOGINS["admin"], PASSWORD)
    name = window.page.locator("#top .person span").inner_text()
    window.section("Admissions")
    window.page.get_by_role("link", name="Admit somebody").click()
    window.page.get_by_label("Name", exact=True).fill("Secret Pupil")
    window.section("Leads")
    window.page.locator("#screen .lane").first.wait_for()

    window.page.locator("#top .person").click()
    window.press("Log out", window.dialog())
    window.page.get_by_role("button", name="Log in", exact=True).wait_for()
    for _ in range(3):
        kept = window.page.evaluate(
            "() => sessionStorage.length + localStorage.length + document.cookie.length"
        )
        assert kept == 0
        assert name not in window.page.content()
        assert window.page.locator("#nav, #top, #screen, dialog").count() == 0
        window.page.go_back()

    window.page.get_by_label("E-mail").first.fill(LOGINS["super_admin"])
    window.page.get_by_label("Password").first.fill(PASSWORD)
    window.press("Log in")
    window.section("Admissions")
    window.page.get_by_role("link", name="Admit somebody").click()
    expect(window.page.get_by_label("Name", exact=True)).to_have_value("")
    assert name not in window.page.content()


def test_days_are_the_schools_and_told_as_the_person_speaks(
    demo_server: Server, windows: Windows
) -> None:
    # There it is still the day before, and another time of day.
    here, away = (
        windows(demo_server, locale="de-DE", zone=zone) for zone in ("UTC", "Pacific/Pago_Pago")
    )
    seen = []
    for window in (here, away):
        window.log_in(STAFF, PASSWORD)
        window.sees("Montag, 1. März 2027", "#screen h1")
        window.page.locator("#bell").click()
        window.page.locator(".notices small").first.wait_for()
        seen.append(window.page.locator(".notices small").all_text_contents())
    assert seen[0] == seen[1] != []
