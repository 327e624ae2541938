"""How many leads there are by stage and follow-up: what the list would show, counted."""

from collections import Counter
from typing import Any

import pytest

from tests.support.asking import pages, refusal
from tests.support.school import Callers, Database, School

TODAY = "2027-03-01"


def counted(leads: list[dict[str, Any]]) -> tuple[Counter[str], Counter[str]]:
    """Count leads as a list shows them: by stage and by follow-up."""
    buckets = [
        "done"
        if lead["followUpStatus"] == "done"
        else "overdue"
        if lead["followUpDate"] < TODAY
        else "today"
        if lead["followUpDate"] == TODAY
        else "upcoming"
        for lead in leads
    ]
    return Counter(lead["stageId"] for lead in leads), Counter(buckets)


@pytest.mark.parametrize("person", ["ada", "sam", "tom"])
def test_the_counts_are_those_of_the_list_with_the_same_filters(
    db: Database, school: School, call: Callers, person: str
) -> None:
    db.execute("alter table school.leads disable trigger user")
    db.execute(
        "insert into school.leads (stage_id, name, phone, follow_up_date, follow_up_status,"
        " owner_id, assigned_teacher_id, deleted_at)"
        " select case n %% 3 when 0 then %(contacted)s else %(new)s end::uuid, 'Lead ' || n,"
        " '0160' || n, date '2027-02-27' + n %% 5, case n %% 4 when 0 then 'done' else 'open' end,"
        " case n %% 3 when 0 then %(sam)s when 1 then %(sue)s end::uuid,"
        " case n %% 2 when 0 then %(tom)s end::uuid,"
        " case when n > 38 then school.clock() end"
        " from generate_series(1, 40) as n",
        {
            "contacted": school["stage_contacted"],
            "new": school["stage_new"],
            "sam": school["sam"],
            "sue": school["sue"],
            "tom": school["tom"],
        },
    )
    db.execute("alter table school.leads enable trigger user")
    caller = call(person)
    stages = [item["id"] for item in caller("list_lead_stages")["items"]]
    filters: tuple[dict[str, Any], ...] = (
        {},
        {"stage_id": [school["stage_new"], school["stage_contacted"]]},
        {"owner_id": school["sam"]},
        {"assigned_teacher_id": school["tom"]},
        {"follow_up": ["overdue", "upcoming"]},
        {"follow_up_status": "open", "stage_id": school["stage_new"]},
        {"search": "Lead 1"},
        {"tag": "nobody has it"},
    )
    seen = 0
    for asked in filters:
        leads = [i for page in pages(caller, "list_leads", **asked) for i in page["items"]]
        by_stage, by_follow_up = counted(leads)
        counts = caller("count_leads", **asked)
        assert [one["stage"]["id"] for one in counts["byStage"]] == stages
        assert {one["stage"]["id"]: one["count"] for one in counts["byStage"]} == {
            stage: by_stage[stage] for stage in stages
        }
        assert counts["byFollowUp"] == {
            bucket: by_follow_up[bucket] for bucket in ("overdue", "today", "upcoming", "done")
        }
        seen += len(leads)
    assert seen > 40


def test_students_count_no_leads(call: Callers) -> None:
    assert refusal(call("sid"), "count_leads").code == "forbidden"
