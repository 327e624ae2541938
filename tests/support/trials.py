"""What tests of trials share."""

from typing import Any

from tests.support.asking import one
from tests.support.school import Caller, Database, School


def trial(
    school: School,
    lead: str = "fresh",
    slot: str = "violin_friday",
    date: str = "2027-03-05",
    **members: Any,
) -> dict[str, Any]:
    """Arguments of ``create_trial``."""
    return {
        "lead_id": school.ids.get(lead, lead),
        "classroom_slot_id": school[slot],
        "date": date,
        **members,
    }


def book(caller: Caller, school: School, *where: str, **members: Any) -> str:
    """Book a trial: lead, class and date, as of ``trial``; return its id."""
    return str(caller("create_trial", **trial(school, *where, **members))["id"])


def demo(db: Database, lead_id: str) -> Any:
    """Return what a lead has of a demo: date, whether it was conducted, the teacher."""
    return one(
        db,
        "select demo_date::text, demo_conducted, assigned_teacher_id::text from school.leads"
        " where id = %s",
        lead_id,
    )
