"""What tests of leads share."""

from collections.abc import Callable
from typing import Any

from tests.support.school import Caller, School


def add_lead(
    call: Callable[[str | None], Caller], school: School, person: str = "sam", **members: Any
) -> Any:
    """Let a person create a lead; ``members`` replace or add to what a lead needs."""
    given = {
        "stage_id": school["stage_new"],
        "name": "Ida",
        "follow_up_date": "2027-03-05",
        "phone": "+1 555 0100",
    }
    return call(person)("create_lead", **given | members)
