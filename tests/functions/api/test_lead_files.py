"""Files of leads: what an import takes, refuses and tells; what an export holds; round trips."""

import csv
import io
import json
from typing import Any

import httpx

from tests.support.admitting import nothing_changes
from tests.support.asking import refusal
from tests.support.leads import add_lead
from tests.support.school import Caller, Callers, Database, School
from tests.support.servers import Client

CSV = {"Content-Type": "text/csv"}
COLUMNS = [
    "name",
    "phone",
    "email",
    "stageId",
    "followUpDate",
    "followUpStatus",
    "ownerId",
    "assignedTeacherId",
    "guardianName",
    "age",
    "area",
    "community",
    "address",
    "source",
    "expectedBudget",
    "numberOfContactAttempts",
    "lastContactedDate",
    "nextFollowUp",
    "walkInDate",
    "demoDate",
    "demoConducted",
    "lostReason",
    "tags",
]


def send(http: httpx.Client, content: Any, **query: Any) -> Any:
    body = content if isinstance(content, bytes) else content.encode()
    return http.post("/v1/leads/import", content=body, headers=CSV, params=query)


def fetch(http: httpx.Client, **query: Any) -> Any:
    answer = http.get("/v1/leads/export", params=query)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"].startswith("text/csv")
    return answer.text


def records(text: str) -> Any:
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def file(*lines: str, end: str = "\n") -> Any:
    return end.join(lines) + end


def rows(*records: Any) -> Any:
    return [{"line": line, "cells": cells} for line, cells in enumerate(records, 1)]


def import_rows(caller: Caller, *records: Any, **options: Any) -> Any:

    return caller("import_leads", rows=json.dumps(rows(*records)), **options)


def test_a_file_of_every_column_is_imported_by_an_admin(
    db: Database, school: School, client: Client
) -> None:
    line = [
        " Ida Quist ",
        "+1 555 0100",
        "Ida@Leads.TEST",
        school["stage_lost"],
        "2027-03-02",
        "open",
        school["sue"],
        school["tia"],
        "Per",
        "8",
        "North",
        "Hill",
        "1 High Street",
        "web",
        "100.5",
        "2",
        "2027-02-01",
        "2027-04-01",
        "2027-01-01",
        "2027-03-10",
        "TRUE",
        "moved",
        "summer; cello;summer;",
    ]
    answer = send(client("ada"), file(",".join(COLUMNS), ",".join(line)))
    assert answer.status_code == 200, answer.text
    assert answer.json() == {"rows": 1, "created": 1, "errors": []}
    lead = client("ada").get("/v1/leads", params={"search": "quist"}).json()["items"][0]
    assert [lead[name] for name in COLUMNS] == [
        "Ida Quist",
        "+1 555 0100",
        "ida@leads.test",
        school["stage_lost"],
        "2027-03-02",
        "done",
        school["sue"],
        school["tia"],
        "Per",
        8,
        "North",
        "Hill",
        "1 High Street",
        "web",
        100.5,
        2,
        "2027-02-01",
        "2027-04-01",
        "2027-01-01",
        "2027-03-10",
        True,
        "moved",
        ["cello", "summer"],
    ]
    told = client("ada").get(f"/v1/leads/{lead['id']}/audit-events").json()["items"]
    assert {(e["field"], e["actor"]["name"]) for e in told} == {
        ("assignedTeacherId", "Ada"),
        ("ownerId", "Ada"),
        ("stageId", "Ada"),
        ("tags", "Ada"),
    }


def test_a_dry_run_tells_the_same_and_adds_nothing(
    db: Database, school: School, client: Client
) -> None:
    good = file("name,phone,followUpDate", "A,1,2027-03-02", "B,2,2027-03-02")
    bad = file("name,phone,followUpDate", "A,1,2027-03-02", "B,2,soon")
    with nothing_changes(db):
        assert send(client("sam"), good, dryRun="true").json() == {
            "rows": 2,
            "created": 0,
            "errors": [],
        }
        wrong = [{"line": 3, "column": "followUpDate", "message": "is not a date, YYYY-MM-DD"}]
        for query in ({"dryRun": "true"}, {}):
            answer = send(client("sam"), bad, **query)
            assert answer.status_code == 200
            assert answer.json() == {"rows": 2, "created": 0, "errors": wrong}
    assert send(client("sam"), good, dryRun="false").json()["created"] == 2


def test_every_error_has_its_line_and_column_and_one_is_enough_to_add_nothing(
    db: Database, school: School, call: Callers
) -> None:
    header = COLUMNS
    good = {"name": "A", "phone": "1", "followUpDate": "2027-03-02"}

    def line(**cells: Any) -> Any:
        return [(good | cells).get(column, "") for column in header]

    wrong = [
        ({"name": " \u200b"}, "name", "is required"),
        ({"name": "x" * 201}, "name", "is longer than 200 characters"),
        ({"phone": ""}, "phone", "is missing, and so is email; one of them is required"),
        ({"phone": "1" * 41}, "phone", "is longer than 40 characters"),
        ({"email": "nobody"}, "email", "is not an e-mail address"),
        ({"email": "a@b@c.d"}, "email", "is not an e-mail address"),
        ({"stageId": "New"}, "stageId", "is not an id"),
        ({"stageId": school["sam"]}, "stageId", "names no stage"),
        ({"followUpDate": ""}, "followUpDate", "is required"),
        ({"followUpDate": "2027-02-29"}, "followUpDate", "is not a date, YYYY-MM-DD"),
        ({"followUpDate": "infinity"}, "followUpDate", "is not a date, YYYY-MM-DD"),
        ({"followUpDate": "2201-01-01"}, "followUpDate", "is not a date, YYYY-MM-DD"),
        ({"followUpStatus": "closed"}, "followUpStatus", "is neither open nor done"),
        ({"ownerId": school["tom"]}, "ownerId", "names nobody who can own leads"),
        ({"assignedTeacherId": school["sam"]}, "assignedTeacherId", "names no teacher"),
        ({"age": "-1"}, "age", "is not a whole number"),
        ({"age": "8.5"}, "age", "is not a whole number"),
        ({"age": "121"}, "age", "is larger than 120"),
        ({"expectedBudget": "1e9"}, "expectedBudget", "is not an amount"),
        ({"expectedBudget": "-5"}, "expectedBudget", "is not an amount"),
        ({"expectedBudget": "NaN"}, "expectedBudget", "is not an amount"),
        ({"demoConducted": "yes"}, "demoConducted", "is neither true nor false"),
        ({"walkInDate": "1.2.2027"}, "walkInDate", "is not a date, YYYY-MM-DD"),
        ({"stageId": school["stage_lost"]}, "lostReason", "is required for a lost lead"),
        ({"tags": "fine;" + "x" * 61}, "tags", "has a tag longer than 60 characters"),
    ]
    with nothing_changes(db):
        answer = import_rows(call("ada"), header, *[line(**cells) for cells, _, _ in wrong])
        assert answer["created"] == 0
        assert [(e["line"], e["column"], e["message"]) for e in answer["errors"]] == [
            (number, column, message) for number, (_, column, message) in enumerate(wrong, 2)
        ]
        short = import_rows(call("ada"), ["name", "phone", "followUpDate"], ["A", "1"])
        assert {(e["line"], e["column"]) for e in short["errors"]} == {
            (2, ""),
            (2, "followUpDate"),
        }
    assert import_rows(call("ada"), header, line())["created"] == 1


def test_staff_import_for_themselves_only(db: Database, school: School, call: Callers) -> None:
    header = ["name", "phone", "followUpDate", "ownerId"]
    day = "2027-03-02"
    mine = import_rows(
        call("sam"), header, ["A", "1", day, ""], ["B", "2", day, school["sam"].upper()]
    )
    assert mine == {"rows": 2, "created": 2, "errors": []}
    assert {
        row[0]
        for row in db.execute(
            "select owner_id::text from school.leads where name in ('A', 'B')"
        ).fetchall()
    } == {school["sam"]}
    with nothing_changes(db):
        refused = import_rows(call("sam"), header, ["C", "3", day, school["sue"]])
        assert refused["errors"] == [
            {"line": 2, "column": "ownerId", "message": "may only be yourself"}
        ]
        for person in ("tom", "sid"):
            assert refusal(import_rows, call(person), header).code == "forbidden"
    admins = import_rows(call("ada"), header, ["D", "4", day, school["sue"]], ["E", "5", day, ""])
    assert admins["created"] == 2
    assert db.execute(
        "select array_agg(owner_id::text order by name) from school.leads where name in ('D', 'E')"
    ).fetchone() == ([school["sue"], None],)


def test_line_numbers_count_the_lines_of_the_file_whatever_it_looks_like(
    school: School, client: Client
) -> None:
    sam = client("sam")
    head = "name,phone,followUpDate,age"
    two = '"Two\nlines, ""quoted""",1,2027-03-02,8'
    for end in ("\n", "\r\n"):
        content = file(head, two, "", "Bad,2,2027-03-02,x", two, "Worse,3,never,", end=end)
        errors = send(sam, content).json()["errors"]
        assert [(e["line"], e["column"]) for e in errors] == [(5, "age"), (8, "followUpDate")]
    for content in (
        "\ufeff" + file(head, two),
        file(head, two, end="\r\n"),
        file(head, two).removesuffix("\n"),
        file("followUpDate,phone,name", "2027-03-02,1,Turned"),
    ):
        assert send(sam, content).json() == {"rows": 1, "created": 1, "errors": []}
    names = [item["name"] for item in sam.get("/v1/leads").json()["items"]]
    assert names.count('Two\nlines, "quoted"') == 3


def test_what_is_no_file_of_leads_is_refused_whole(
    db: Database, school: School, client: Client
) -> None:
    sam = client("sam")
    with nothing_changes(db):
        for content, pointer in (
            ("", "/body"),
            ("\ufeff", "/body"),
            ("\n\n", "/body"),
            ("name,shoeSize\nA,40\n", "/shoeSize"),
            ("name,Phone,followUpDate\n", "/Phone"),
            ("name,phone,name\n", "/name"),
            ("id,name\n", "/id"),
            ('name\n"open', ""),
            ('name\n"a"b\n', ""),
            (b"name\n\xff\n", ""),
            ("name\nA\x00B\n", ""),
        ):
            answer = send(sam, content)
            assert answer.status_code == 400, content
            assert answer.json()["code"] == "invalid_request"
            assert [e["pointer"] for e in answer.json()["errors"]] == [pointer], content
        header_only = send(sam, "name,phone,followUpDate\n")
        assert header_only.json() == {"rows": 0, "created": 0, "errors": []}
        as_json = sam.post("/v1/leads/import", json=[])
        assert as_json.status_code == 415
        twice = send(sam, "name,phone,followUpDate\nA,1,2027-03-02\n", dryRun="maybe")
        assert twice.status_code == 400


def test_an_export_holds_the_callers_leads_and_obeys_the_lists_filters(
    school: School, client: Client
) -> None:
    def names(person: str, **query: Any) -> Any:
        return [r["name"] for r in records(fetch(client(person), **query))]

    text = fetch(client("ada"))
    assert text.startswith(",".join(COLUMNS) + "\r\n")
    assert sorted(names("ada")) == ["Fresh", "Sams", "Sues", "Unowned"]
    assert sorted(names("sam")) == ["Fresh", "Sams", "Unowned"]
    assert sorted(names("sue")) == ["Sues", "Unowned"]
    assert names("sam", search="fres") == ["Fresh"]
    assert names("sam", search="sues") == []
    assert names("ada", ownerId=school["sue"]) == ["Sues"]
    assert names("ada", followUpStatus="done", stageId=school["stage_admitted"], sort="createdAt")
    assert names("ada", followUp="overdue") == []
    client("sam").put(f"/v1/leads/{school['fresh']}/tags/summer")
    assert [r["tags"] for r in records(fetch(client("sam"), tag="summer"))] == ["summer"]
    assert client("tom").get("/v1/leads/export").status_code == 403
    assert client("ada").get("/v1/leads/export", params={"limit": 5}).status_code == 400


def test_an_export_goes_on_after_a_thousand_leads(
    db: Database, school: School, client: Client
) -> None:
    db.execute(
        "insert into school.leads (stage_id, name, phone, follow_up_date)"
        " select %s, 'Lead ' || n, n::text, '2027-06-01'::date + n %% 3"
        " from generate_series(1, 1100) as n",
        (school["stage_new"],),
    )
    exported = records(fetch(client("sam"), followUp="upcoming"))
    assert len({r["name"] for r in exported}) == len(exported) == 1100
    days = [r["followUpDate"] for r in exported]
    assert days == sorted(days)


FULL_WIDTH = "\uff1d\uff0b\uff0d\uff20"  # as = + - @, which spreadsheets take them for


def test_formulas_are_disarmed_in_the_export_and_come_back_as_they_were(
    db: Database, school: School, client: Client, call: Callers
) -> None:
    values = [
        "=1+1",
        "+91 98765 43210",
        "-5",
        "@home",
        *(f"{sign}1" for sign in FULL_WIDTH),
        "'\uff1dquoted",
        "'=quoted",
        "''+twice",
        "'plain",
        "a=b",
        'say "hi", he said',
        "semi;colon",
        "two\nlines",
        "Ida\tQuist",
        "été",
    ]
    made = [
        call("sam")(
            "create_lead",
            stage_id=school["stage_contacted"],
            name=value,
            phone="+1 555 0100",
            follow_up_date="2027-03-02",
            guardian_name=value,
            source=value,
        )["id"]
        for value in values
    ]
    for lead in made:
        call("sam")("put_lead_tag", lead_id=lead, tag="=tag")
        call("sam")("put_lead_tag", lead_id=lead, tag="other")
    query = {"stageId": school["stage_contacted"], "ownerId": school["sam"]}
    text = fetch(client("sam"), **query)
    for record in records(text):
        for name, cell in record.items():
            assert not cell.startswith(tuple("=+-@\t\r" + FULL_WIDTH)), (name, cell)
    exported = {record["name"] for record in records(text)}
    assert (
        exported
        == {
            *(f"'{value}" for value in values[:11]),  # formulas, and what an apostrophe would hide
            *values[11:],
        }
    )
    kept = db.execute("select name from school.leads where name = '=1+1'").fetchone()
    assert kept == ("=1+1",), "stored as it is"
    for lead in made:
        call("sam")("delete_lead", lead_id=lead)
    assert send(client("sam"), text).json() == {"rows": 18, "created": 18, "errors": []}
    assert fetch(client("sam"), **query).splitlines()[0] == ",".join(COLUMNS)
    back = call("sam")("list_leads", stage_id=school["stage_contacted"])["items"]
    assert sorted(item["name"] for item in back) == sorted(values)
    for item in back:
        assert item["guardianName"] == item["source"] == item["name"]
        assert (item["phone"], item["tags"]) == ("+1 555 0100", ["=tag", "other"])
    again = fetch(client("sam"), **query)
    assert sorted(map(str, records(again))) == sorted(map(str, records(text)))


def test_formula_in_exported_csv_gets_an_apostrophe_there_and_is_stored_raw(
    db: Database, school: School, call: Callers
) -> None:
    for start in ("=", "+", "-", "@"):
        add_lead(call, school, name=f"{start}cmd|' /C calc'!A0", phone="+91 98765 43210")
    exported = call("sam")("export_leads", owner_id=school["sam"])
    for start in ("=", "+", "-", "@"):
        assert f"\n'{start}cmd" in exported
        assert f"\n{start}cmd" not in exported
    assert ",'+91 98765 43210," in exported
    stored = db.execute("select count(*) from school.leads where name like '=cmd%'").fetchone()
    assert stored == (1,)
    # Tab and carriage return are trimmed from the ends of text, so that no cell begins with one.
    assert add_lead(call, school, name="\t\r=x")["name"] == "=x"
