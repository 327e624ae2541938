"""How much waits for somebody: each number is the total of the list that it opens."""

from typing import Any

from tests.support.asking import refusal
from tests.support.school import Callers, Clock, School

LISTS: dict[str, tuple[str, dict[str, Any]]] = {
    "overdue": ("list_leads", {"follow_up": ["overdue"]}),
    "today": ("list_leads", {"follow_up": ["today"]}),
    "upcoming": ("list_leads", {"follow_up": ["upcoming"]}),
    "rescheduleRequests": ("list_reschedule_requests", {"status": ["pending"]}),
    "seatsOffered": ("list_waitlist", {"status": ["offered"]}),
    "unmarked": ("list_attendance", {"unmarked": True}),
    "unpaid": ("list_admissions", {"status": ["active"], "payment_status": ["unpaid"]}),
    "accessRequests": ("list_access_requests", {"status": ["pending"]}),
}
HIDDEN: dict[str, set[str]] = {
    "tom": {"seatsOffered", "unpaid", "accessRequests"},
    "sam": {"accessRequests"},
    "sue": {"accessRequests"},
    "ada": set(),
    "root": set(),
}


def test_each_number_is_the_total_of_its_list(school: School, call: Callers, clock: Clock) -> None:
    clock.set("2027-03-09 12:00")
    seen = set()
    for person, hidden in HIDDEN.items():
        work = call(person)("get_my_work")
        assert work.keys() == LISTS.keys() | {"trialsToday"}
        assert {name for name, number in work.items() if number is None} == hidden
        wanted = {
            **LISTS,
            "trialsToday": ("list_trials", {"date": ["2027-03-09"], "status": ["booked"]}),
        }
        for name, (function, filters) in wanted.items():
            if name not in hidden:
                page = call(person)(function, **filters, count=True, limit=1)
                assert work[name] == page["total"], (person, name)
                if work[name]:
                    seen.add(name)
    # Enough waits in this school for the numbers to differ from nothing.
    assert {"overdue", "unmarked", "unpaid"} <= seen
    assert refusal(call("sid"), "get_my_work").code == "forbidden"
