"""A day at the school by clicks alone, from a lead to a notice, in four windows of which none is
loaded anew: each sees what the others did."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.support.demo import LOGINS, PASSWORD
from tests.support.servers import Server
from tests.support.windows import Window

Windows = Callable[..., Window]

IDA = "Ida Berg"
COURSE = "Violin Foundations"


def test_a_lead_becomes_a_student_whose_class_is_moved(
    demo_server: Server, windows: Windows
) -> None:
    staff, office, student = (windows(demo_server) for _ in range(3))
    teacher = windows(demo_server, width=360)
    for window, role in ((staff, "staff"), (office, "admin"), (teacher, "teacher")):
        window.log_in(LOGINS[role], PASSWORD)

    office.section("Leads")
    staff.section("Leads")
    make_a_lead(staff)
    office.sees(IDA, "#screen")
    follow_up_in_two_clicks(staff)

    teacher.section("Trials")
    book_a_trial(staff)
    teacher.sees(IDA, "#screen")

    office.section("Admissions")
    office.choose("Course", COURSE, office.page.locator("#screen"))
    teacher.section("Register")
    admit(staff)
    office.sees(IDA, "#screen")
    office.page.locator("#screen").get_by_role("link", name=IDA).click()
    teacher.sees(IDA, "#screen")
    mark_with_undo(teacher, office)

    set_the_first_password(office, student)
    office.section("Requests")
    ask_to_move(student)
    office.sees(IDA, "#screen")
    bell = student.page.locator("#bell")
    expect(bell).to_have_accessible_name("Notices, 1 unread")  # the admission
    office.press("Approve", office.page.get_by_role("row").filter(has_text=IDA))
    office.press("Approve", office.dialog())
    expect(bell).to_have_accessible_name("Notices, 2 unread")
    student.sees("moved from", "#screen")
    bell.click()
    student.sees("A class was moved", "#screen")


def make_a_lead(staff: Window) -> None:
    staff.press("New lead")
    dialog = staff.dialog()
    staff.press("Make the lead", dialog)
    dialog.get_by_text("Fill this in.").first.wait_for()
    dialog.get_by_label("Name").first.fill(IDA)
    dialog.get_by_label("E-mail").fill("ida@berg.example")
    dialog.get_by_label("Follow up on").fill("2027-03-01")
    staff.press("Make the lead", dialog)
    staff.beside().get_by_role("heading", name=IDA).wait_for()


def follow_up_in_two_clicks(staff: Window) -> None:
    staff.page.keyboard.press("Escape")
    staff.beside().wait_for(state="hidden")
    staff.page.locator("#screen").get_by_role("link", name=IDA).click()
    staff.press("In three days", staff.beside())
    staff.sees("Follow up Thu 4 Mar", "#beside")
    staff.press("Undo")
    staff.sees("Follow up Today", "#beside")


def book_a_trial(staff: Window) -> None:
    staff.press("Trial class", staff.beside())
    dialog = staff.dialog()
    staff.choose("Course", COURSE, dialog)
    staff.press("Show the classes", dialog)
    with_elena = dialog.get_by_role("listitem").filter(has_text="Elena Petrova")
    with_elena.first.get_by_role("button").click()
    staff.sees("is booked.", "#toasts")


def admit(staff: Window) -> None:
    staff.beside().get_by_role("link", name="Admit", exact=True).click()
    screen = staff.page.locator("#screen")
    staff.choose("Course", COURSE, screen)
    staff.choose("Plan", "Weekly, 16 classes", screen)
    tuesday = screen.get_by_role("region", name="Tuesday")
    tuesday.get_by_role("button").first.click()
    staff.sees("Something stands in the way", "#screen")
    assert screen.get_by_role("button", name="Admit", exact=True).is_disabled()
    screen.get_by_role("alert").get_by_role("button").first.click()
    staff.sees("This is what it will be", "#screen")
    monday = screen.get_by_role("region", name="Monday")
    monday.get_by_role("button").filter(has_text="15:00").click()
    staff.sees("Mon 1 Mar, 15:00", "#screen")
    staff.press("Admit", screen)
    staff.sees(f"{IDA} is admitted", "#toasts")


def mark_with_undo(teacher: Window, office: Window) -> None:
    marks = teacher.page.get_by_role("group", name=f"Mark {IDA}")
    present = marks.get_by_role("button", name="present")
    assert teacher.too_wide() == []
    for undo in (True, False):
        present.click()
        teacher.sees(f"{IDA}: present.", "#toasts")
        marks.locator("[aria-pressed=true]").wait_for()
        if undo:
            teacher.press("Undo")
            marks.locator("[aria-pressed=true]").wait_for(state="detached")
    office.sees("present", "#beside")


def set_the_first_password(office: Window, student: Window) -> None:
    office.section("People")
    office.page.locator("#screen").get_by_label("Search").fill(IDA)
    office.page.get_by_role("row").filter(has_text=IDA).get_by_role("link").click()
    office.press("New activation", office.beside())
    student.page.goto(office.dialog().get_by_role("textbox").input_value())
    office.page.keyboard.press("Escape")
    student.page.get_by_role("textbox", name="Password").fill("a violin of my own")
    student.press("Set the password")
    student.sees("My classes", "#screen")


def ask_to_move(student: Window) -> None:
    moves = student.page.locator("#screen").get_by_role("button", name="Move the class of")
    moves.first.click()
    student.dialog().get_by_role("button", name="Ask for").first.click()
    student.sees("Asked.", "#toasts")
