"""The list of leads: who sees which, every filter, both orders, page by page, and search."""

from typing import Any

import pytest

from tests.support.asking import pages, refusal
from tests.support.school import Caller, Callers, Clock, Database, School


def add(
    call: Callers, school: School, person: str, name: str, date: str = "2027-03-05", **members: Any
) -> Any:
    members = {"phone": "555 0100"} | members
    return call(person)(
        "create_lead", stage_id=school["stage_new"], name=name, follow_up_date=date, **members
    )["id"]


def ids(page: Any) -> Any:
    return [item["id"] for item in page["items"]]


def names(caller: Caller, **filters: Any) -> Any:
    return sorted(item["name"] for item in caller("list_leads", **filters)["items"])


def test_everybody_lists_the_leads_they_see(school: School, call: Callers) -> None:
    assert names(call("ada")) == ["Fresh", "Sams", "Sues", "Unowned"]
    assert names(call("sam")) == ["Fresh", "Sams", "Unowned"]
    assert names(call("sue")) == ["Sues", "Unowned"]
    assert names(call("tom")) == ["Fresh"]
    assert names(call("tia")) == []
    assert refusal(call("sid"), "list_leads").code == "forbidden"


def test_each_filter_keeps_what_it_names_and_filters_add_up(school: School, call: Callers) -> None:
    lead = add(call, school, "ada", "Cello", assigned_teacher_id=school["tia"])
    sams = add(call, school, "sam", "Harp", "2027-02-20")
    call("sam")("put_lead_tag", lead_id=sams, tag="summer")
    call("sam")(
        "update_lead", lead_id=sams, stage_id=school["stage_contacted"], present=["stage_id"]
    )
    ada, sam = call("ada"), call("sam")
    assert names(ada, stage_id=school["stage_contacted"]) == ["Harp"]
    assert names(ada, owner_id=school["sue"]) == ["Sues"]
    assert names(sam, owner_id=school["sue"]) == []
    assert names(sam, owner_id=school["sam"]) == ["Fresh", "Harp", "Sams"]
    assert names(ada, assigned_teacher_id=school["tia"]) == ["Cello"]
    assert names(ada, follow_up_status="done") == ["Sams", "Sues"]
    assert names(ada, tag="summer") == ["Harp"]
    assert names(call("sue"), tag="summer") == []
    assert names(ada, tag="winter") == []
    assert names(ada, follow_up="overdue") == ["Harp"]
    assert names(ada, follow_up="today") == ["Fresh", "Unowned"]
    assert names(ada, follow_up="upcoming") == ["Cello"]
    assert names(ada, follow_up="today", follow_up_status="done") == []
    assert names(sam, follow_up="today", owner_id=school["sam"]) == ["Fresh"]
    assert names(sam, follow_up="overdue", tag="summer", search="har") == ["Harp"]
    assert names(sam, follow_up="today", tag="summer", search="har") == []
    assert ada("get_lead", lead_id=lead)["assignedTeacherId"] == school["tia"]


@pytest.mark.parametrize("person", ["ada", "sam", "tom"])
def test_pages_follow_each_other_in_both_orders_without_a_gap_or_a_repeat(
    db: Database, school: School, call: Callers, person: str
) -> None:
    for n in range(23):
        add(
            call,
            school,
            "sam",
            f"Lead {n}",
            f"2027-03-{2 + n % 3:02}",
            assigned_teacher_id=school["tom"],
        )
    # Many at one instant: the id decides then.
    db.execute(
        "update school.leads set created_at = '2027-03-01'::timestamptz"
        " + (length(name) % 2) * interval '1 hour'"
    )
    orders = {
        "followUpDate": "follow_up_date, id",
        "-followUpDate": "follow_up_date desc, id desc",
        "createdAt": "created_at, id",
        "-createdAt": "created_at desc, id desc",
    }
    for sort, order in orders.items():
        visible = {
            "ada": "true",
            "sam": f"(owner_id = '{school['sam']}' or owner_id is null)",
            "tom": f"assigned_teacher_id = '{school['tom']}'",
        }[person]
        expected = [
            row[0]
            for row in db.execute(
                f"select id::text from school.leads where {visible} order by {order}"
            )
        ]
        found, count = [], 0
        other = "-createdAt" if sort == "followUpDate" else "followUpDate"
        for page in pages(call(person), "list_leads", sort=sort, limit=5):
            found += ids(page)
            count += 1
            if page["nextCursor"] is not None:
                wrong = refusal(call(person), "list_leads", sort=other, cursor=page["nextCursor"])
                assert wrong.code == "invalid_request"
        assert found == expected
        assert count == -(-len(expected) // 5)
    assert refusal(call(person), "list_leads", cursor="bm9uc2Vuc2U").code == "invalid_request"


def test_a_page_goes_on_where_it_stopped_though_leads_come_and_go(
    school: School, call: Callers
) -> None:
    added = [add(call, school, "sam", f"L{n}", f"2027-04-{n + 1:02}") for n in range(6)]
    first = call("sam")("list_leads", owner_id=school["sam"], limit=4)
    call("sam")("delete_lead", lead_id=added[0])
    add(call, school, "sam", "Earlier", "2027-02-01")
    add(call, school, "sam", "Later", "2027-05-01")
    rest = call("sam")("list_leads", owner_id=school["sam"], limit=50, cursor=first["nextCursor"])
    assert [item["name"] for item in rest["items"]] == ["L2", "L3", "L4", "L5", "Later"]


@pytest.mark.parametrize(
    ("timezone", "instants"),
    [
        # Local 23:30 on 4 March and 00:30 on 5 March; the server's day is UTC's.
        ("Pacific/Kiritimati", ("2027-03-04T09:30:00Z", "2027-03-04T10:30:00Z")),
        ("America/Los_Angeles", ("2027-03-05T07:30:00Z", "2027-03-05T08:30:00Z")),
        ("Asia/Kolkata", ("2027-03-04T18:00:00Z", "2027-03-04T19:00:00Z")),
    ],
)
def test_follow_ups_fall_due_by_the_schools_wall_clock(
    db: Database,
    school: School,
    call: Callers,
    clock: Clock,
    timezone: str,
    instants: tuple[str, ...],
) -> None:
    db.execute("update school.school_settings set timezone = %s", (timezone,))
    call("ada")("delete_lead", lead_id=school["unowned"])
    call("ada")("delete_lead", lead_id=school["fresh"])
    for day in (3, 4, 5, 6):
        add(call, school, "sam", f"Due {day}", f"2027-03-{day:02}")
    half_past_eleven, half_past_midnight = instants
    clock.set(half_past_eleven)
    assert db.execute("select school.local_now()::text").fetchone() == ("2027-03-04 23:30:00",)
    for person in ("sam", "ada"):
        assert names(call(person), follow_up="overdue") == ["Due 3"]
        assert names(call(person), follow_up="today") == ["Due 4"]
        assert names(call(person), follow_up="upcoming") == ["Due 5", "Due 6"]
    clock.set(half_past_midnight)
    assert db.execute("select school.local_now()::text").fetchone() == ("2027-03-05 00:30:00",)
    for person in ("sam", "ada"):
        assert names(call(person), follow_up="overdue") == ["Due 3", "Due 4"]
        assert names(call(person), follow_up="today") == ["Due 5"]
        assert names(call(person), follow_up="upcoming") == ["Due 6"]


def test_search_finds_any_part_of_name_phone_email_and_guardian_of_visible_leads(
    school: School, call: Callers
) -> None:
    call("ada")("delete_lead", lead_id=school["unowned"])
    ida = add(
        call,
        school,
        "sam",
        "Ida Quist-Ørsted",
        phone="+44 20 7946 0018",
        email="ida@cello.example",
        guardian_name="Björn Zetterlund",
    )
    add(call, school, "sue", "Otto Quist", phone="(020) 7946-0018")
    add(call, school, "ada", "Nobody's Quist", phone="1")
    sam = call("sam")
    for term in (
        "ida quist",
        "DA QUIST-Ø",
        "ørsted",
        "ida@cello",
        "7946 0018",
        "442079460018",
        "+44",
        "zetter",
        "BJÖRN",
        "  zetterlund ",
        "Bjo\u0308rn",  # decomposed
        "zz"[:1] + "et",
        "ø",
        "Ør",
        "@c",
        "lund",
    ):
        assert ids(sam("list_leads", search=term)) == [ida], term
    assert names(sam, search="quist") == ["Ida Quist-Ørsted", "Nobody's Quist"]
    assert names(call("sue"), search="quist") == ["Nobody's Quist", "Otto Quist"]
    assert names(call("ada"), search="uist") == ["Ida Quist-Ørsted", "Nobody's Quist", "Otto Quist"]
    assert names(call("tom"), search="quist") == []
    for nothing in ("quistt", "zq", "ß", "cello.example/", "7946 0019"):
        assert names(call("ada"), search=nothing) == [], nothing
    assert names(call("ada"), search="   ") == names(call("ada"))


def test_what_has_a_meaning_in_patterns_stands_for_itself_in_search(
    school: School, call: Callers
) -> None:
    for name in ("100% sure", "a_b", "back\\slash", "O'Neil", "plain", "col:on & (or) | !not *"):
        add(call, school, "sam", name, phone="1")
    sam = call("sam")
    for term, found in {
        "%": ["100% sure"],
        "0%": ["100% sure"],
        "0% s": ["100% sure"],
        "_": ["a_b"],
        "_b": ["a_b"],
        "a_b": ["a_b"],
        "\\": ["back\\slash"],
        "k\\": ["back\\slash"],
        "ck\\sl": ["back\\slash"],
        "'": ["O'Neil"],
        "o'n": ["O'Neil"],
        "'n": ["O'Neil"],
        "''": [],
        "%%": [],
        "__": [],
        "a%b": [],
        "\\%": [],
        "p_ain": [],
        ":": ["col:on & (or) | !not *"],
        ":*": [],
        "& (": ["col:on & (or) | !not *"],
        "!n": ["col:on & (or) | !not *"],
        "not *": ["col:on & (or) | !not *"],
    }.items():
        assert names(sam, search=term) == found, term


def test_search_finds_the_last_characters_and_a_term_as_long_as_it_may_be(
    school: School, call: Callers
) -> None:
    long = "long" * 50
    lead = add(call, school, "sam", long, phone="1", guardian_name="xy" * 100)
    sam = call("sam")
    assert ids(sam("list_leads", search=long)) == [lead]
    assert ids(sam("list_leads", search="yx" * 99)) == [lead]
    assert ids(sam("list_leads", search="gl" * 100)) == []
    call("sam")(
        "update_lead",
        lead_id=lead,
        name="Short",
        guardian_name="Qü",
        present=["name", "guardian_name"],
    )
    for term in ("q", "ü", "qü", "short"):
        assert ids(sam("list_leads", search=term)) == [lead], term
    assert ids(sam("list_leads", search=long)) == []


def test_what_many_leads_have_in_common_is_found_page_by_page(
    db: Database, school: School, call: Callers
) -> None:
    """More than the index is asked for: the other way of looking finds the same."""
    db.execute(
        "insert into school.leads (stage_id, name, phone, follow_up_date, owner_id)"
        " select %s, case when n %% 3 = 0 then 'Common ' else 'Rare ' end || n, n::text,"
        " '2027-06-01'::date + n %% 7, case when n %% 2 = 0 then %s::uuid end"
        " from generate_series(1, 400) as n",
        (school["stage_new"], school["sue"]),
    )
    db.execute(
        "insert into school.lead_tags (lead_id, tag)"
        " select id, 'common' from school.leads where name like 'Common%'"
    )
    expected = [
        row[0]
        for row in db.execute(
            "select id::text from school.leads where name like 'Common%%'"
            " and owner_id is null order by follow_up_date, id"
        )
    ]
    assert len(expected) == 67
    for filters in (
        {"search": "common"},
        {"search": "mm"},
        {"tag": "common"},
        {"search": "co", "tag": "common"},
    ):
        first = call("sam")("list_leads", limit=40, **filters)
        rest = call("sam")("list_leads", limit=40, cursor=first["nextCursor"], **filters)
        assert ids(first) + ids(rest) == expected, filters
        assert rest["nextCursor"] is None
    assert len(call("ada")("list_leads", search="common", limit=200)["items"]) == 133
