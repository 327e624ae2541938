"""Races between those who move, end and admit: one outcome, one event, and all stays sound."""

import datetime
import threading
from collections import Counter

import psycopg

from tests.bench.mixed import churn
from tests.support.admitting import new_class, seats_taken, wish
from tests.support.classrooms import (
    at_once,
    broken,
    class_on,
    classes,
    deadlocks,
    events,
    one,
    seats,
    status,
)
from tests.support.effort import rounds

REPEATS = 3


def ask_friday(call, db, school, student, source, target):
    asked = call("ada")(
        "create_reschedule_request",
        attendance_id=class_on(db, {**school.ids, "s": student}, "s", source),
        classroom_slot_id=school["violin_friday"],
        class_date=target,
    )
    return asked["id"]


def admitted(call, school, name, *days, **members):
    return call("ada")("create_admission", **wish(school, *days, student={"name": name}, **members))


def test_ten_approvals_against_ten_rejections_of_one_request(db, school, call, conninfo):
    for turn in range(REPEATS):
        source, target = ("2027-03-08", "2027-03-10", "2027-03-15")[turn], 12 + 7 * turn
        asked = ask_friday(call, db, school, school["sid"], source, f"2027-03-{target}")
        decide = {"reschedule_request_id": asked}
        works = [
            (person, function, decide)
            for _ in range(10)
            for person, function in (
                ("ada", "approve_reschedule_request"),
                ("root", "reject_reschedule_request"),
            )
        ]
        assert Counter(at_once(conninfo, school, works)) == {"ok": 1, "already_decided": 19}
        end = status(db, "reschedule_requests", asked)
        assert events(db, asked) == ["reschedule.requested", f"reschedule.{end}"]
        there = one(
            db,
            "select count(*) from school.attendance where classroom_slot_id = %s"
            " and class_date = %s",
            school["violin_friday"],
            f"2027-03-{target}",
        )
        assert there == (end == "approved")
    assert len(classes(db, school["sid_admission"])) == 8
    assert deadlocks(db) == 0


def test_twenty_approvals_into_one_free_place_on_one_date(db, school, call, conninfo):
    _, big = new_class(call, school, 2, "10:00", "11:00", capacity=20)
    slot = one(db, "select time_slot_id::text from school.classroom_slots where id = %s", big)
    db.execute(
        "update school.classroom_slots set capacity = 1 where id = %s", (school["violin_friday"],)
    )
    asked = []
    for number in range(20):
        made = call("ada")(
            "create_admission",
            **{**wish(school, "friday", student={"name": f"S{number}"}), "time_slot_ids": [slot]},
        )
        asked.append([made["studentId"], None])
    for turn, target in enumerate(("2027-03-12", "2027-03-19")):
        source = ("2027-03-02", "2027-03-09")[turn]
        works = []
        for student, _ in asked:
            request = ask_friday(call, db, school, student, source, target)
            works.append(("ada", "approve_reschedule_request", {"reschedule_request_id": request}))
        assert Counter(at_once(conninfo, school, works)) == {"ok": 1, "slot_full": 19}
        statuses = Counter(
            status(db, "reschedule_requests", w[2]["reschedule_request_id"]) for w in works
        )
        assert statuses == {"approved": 1, "pending": 19}
        told = one(
            db,
            "select count(*) from school.notification_events where type = 'reschedule.approved'",
        )
        assert told == turn + 1
        assert one(db, "select school.expected(%s, %s)", school["violin_friday"], target) == 1
    assert deadlocks(db) == 0


def test_admission_approval_and_capacity_cut_meet_at_the_last_seat(db, school, call, conninfo):
    """An admission takes the seat, or the cut removes it; the approval needs one left."""
    friday = school["violin_friday"]
    for turn in range(6):
        db.execute("update school.classroom_slots set capacity = 2 where id = %s", (friday,))
        if turn == 0:
            admitted(call, school, "First", "friday")
        week = 2 + turn
        target = str(one(db, "select date '2027-03-05' + 7 * %s", week))
        source = one(
            db,
            "select min(class_date)::text from school.attendance where student_id = %s"
            " and status = 'scheduled' and class_date > '2027-03-03'"
            " and classroom_slot_id <> %s",
            school["sid"],
            friday,
        )
        asked = ask_friday(call, db, school, school["sid"], source, target)
        outcome = at_once(
            conninfo,
            school,
            [
                ("ada", "create_admission", wish(school, "friday", student={"name": f"N{turn}"})),
                ("root", "approve_reschedule_request", {"reschedule_request_id": asked}),
                (
                    "ada",
                    "update_classroom_slot",
                    {"classroom_slot_id": friday, "capacity": 1, "present": ["capacity"]},
                ),
            ],
        )
        admit, approve, cut = outcome
        assert (admit, cut) in {("ok", "in_use"), ("slot_full", "ok")}
        assert approve in {"ok", "slot_full"}
        assert seats_taken(db, friday) == 1 + (admit == "ok")
        assert broken(db) == []
        if approve == "slot_full":
            call("ada")("reject_reschedule_request", reschedule_request_id=asked)
        if admit == "ok":
            newest = one(
                db,
                "select a.id::text from school.admissions as a join school.users as u"
                " on u.id = a.student_id where u.name = %s",
                f"N{turn}",
            )
            call("ada")("cancel_admission", admission_id=newest)
    assert deadlocks(db) == 0


def test_approval_against_block(db, school, call, conninfo):
    for turn, source in enumerate(("2027-03-08", "2027-03-10", "2027-03-15", "2027-03-17")):
        asked = ask_friday(call, db, school, school["sid"], source, f"2027-04-{2 + 7 * turn:02}")
        own = {"admission_id": school["sid_admission"]}
        approve, block = at_once(
            conninfo,
            school,
            [
                ("ada", "approve_reschedule_request", {"reschedule_request_id": asked}),
                ("root", "block_admission", own),
            ],
        )
        assert block == "ok"
        assert approve in {"ok", "invalid_state"}
        assert status(db, "reschedule_requests", asked) == (
            "approved" if approve == "ok" else "pending"
        )
        call("ada")("unblock_admission", **own)
    assert deadlocks(db) == 0


def test_renewing_against_cancelling_and_a_renewal_against_its_old_plan(
    db, school, call, conninfo, clock
):
    for turn in range(4):
        made = admitted(call, school, f"R{turn}", "friday")
        own = {"admission_id": made["id"]}
        renewals = [("root", "renew_admission", own)] * 3
        outcome = at_once(conninfo, school, [("ada", "cancel_admission", own), *renewals])
        assert outcome[0] == "ok"
        assert Counter(outcome[1:]) in (
            Counter({"ok": 1, "invalid_state": 2}),
            Counter({"invalid_state": 3}),
        )
        renewal = db.execute(
            "select id::text from school.admissions where renewed_from_id = %s", (made["id"],)
        ).fetchall()
        assert len(renewal) == outcome[1:].count("ok")
        assert events(db, made["id"]) == ["admission.created", "admission.cancelled"]
        assert "active" not in seats(db, made["id"])
        for (row,) in renewal:
            assert seats(db, row) == ["active"]
            call("ada")("cancel_admission", admission_id=row)
        assert seats_taken(db, school["violin_friday"]) == 0
    # a renewal is cancelled while the job ends what it renewed
    for turn in range(4):
        start = datetime.date(2027, 4, 1) + datetime.timedelta(days=35 * turn)
        clock.set(f"{start}T09:00:00Z")
        old = admitted(call, school, f"O{turn}", "friday", start_date=start.isoformat())
        new = call("ada")("renew_admission", admission_id=old["id"])
        clock.set(f"{start + datetime.timedelta(days=28)}T09:00:00Z")
        with psycopg.connect(conninfo(), autocommit=True) as job:
            ran = threading.Thread(target=lambda: job.execute("select jobs.complete_admissions()"))
            ran.start()
            cancel = ("ada", "cancel_admission", {"admission_id": new["id"]})
            assert at_once(conninfo, school, [cancel]) == ["ok"]
            ran.join(timeout=30)
        assert broken(db) == []
        if status(db, "admissions", old["id"]) == "active":
            call("ada")("cancel_admission", admission_id=old["id"])
    assert deadlocks(db) == 0


def test_two_closures_at_once_and_closures_against_admissions(db, school, call, conninfo):
    db.execute("update school.classroom_slots set capacity = 50")
    for turn in range(REPEATS):
        start, end = f"2027-03-{8 + 7 * turn:02}", f"2027-03-{12 + 7 * turn:02}"
        next_start, next_end = f"2027-03-{10 + 7 * turn:02}", f"2027-04-{2 + 7 * turn:02}"
        works = [
            ("ada", "create_closure", {"start_date": start, "end_date": end, "reason": "A"}),
            (
                "root",
                "create_closure",
                {"start_date": next_start, "end_date": next_end, "reason": "B"},
            ),
        ]
        for number in range(6):
            days = (("friday",), ("monday",), ("monday", "friday"))[number % 3]
            works.append(
                (
                    "ada",
                    "create_admission",
                    wish(school, *days, student={"name": f"C{turn}-{number}"}),
                )
            )
        assert set(at_once(conninfo, school, works)) == {"ok"}
        assert broken(db) == []
    assert deadlocks(db) == 0


def test_a_class_made_while_the_school_closes_is_not_held_on_the_closed_day(
    db, school, call, conninfo
):
    """The closure cannot lock a class that is not there yet; the weekday it can."""
    with psycopg.connect(conninfo("school_gateway")) as closing:
        closing.execute(
            "select auth.enter(sha256('session-of-ada'::bytea), 't', '127.0.0.1', 20000)"
        )
        closing.execute("select api.create_closure('2027-03-05', '2027-03-12', 'Flood')")
        fresh = call("ada")(
            "create_classroom_slot",
            time_slot_id=school["tuesday"],
            course_id=school["violin"],
            teacher_id=school["tom"],
            capacity=2,
        )
        assert fresh["capacity"] == 2
        outcome = []
        admit = wish(school, "tuesday", student={"name": "Vic"})
        thread = threading.Thread(
            target=lambda: outcome.extend(
                at_once(conninfo, school, [("root", "create_admission", admit)])
            )
        )
        thread.start()
        waits = "select count(*) from pg_stat_activity where %s = any (pg_blocking_pids(pid))"
        while one(db, waits, closing.info.backend_pid) == 0:
            assert thread.is_alive(), "nothing was waited for"
        closing.commit()
        thread.join(timeout=30)
    assert outcome == ["ok"]
    assert broken(db) == []


def test_everything_at_once_ends_sound_and_without_a_deadlock(db, school, call, conninfo):
    outcomes = churn(db, school, conninfo, rounds(8, 30))
    assert not set(outcomes) & {"40P01", "40001"}, outcomes
    assert outcomes["ok"] > 100, outcomes
    assert deadlocks(db) == 0
    assert broken(db) == []


def test_marking_many_against_closing_the_school_never_waits_in_a_circle(
    db, school, call, conninfo
):
    db.execute("update school.classroom_slots set capacity = 50")
    for number in range(25):
        admitted(call, school, f"M{number}", "monday")
    marks = one(
        db,
        "select json_agg(json_build_object('id', id, 'status', 'present'))::text"
        " from school.attendance where class_date = '2027-03-01'",
    )
    for turn in range(4):
        again = marks.replace("present", ("late", "absent", "present", "late")[turn])
        day = f"2027-03-{8 + 7 * turn:02}"
        works = [
            ("ada", "create_closure", {"start_date": day, "end_date": day, "reason": "x"}),
            ("root", "mark_attendances", {"items": again}),
            ("ada", "mark_attendances", {"items": again}),
        ]
        assert at_once(conninfo, school, works) == ["ok"] * 3
    assert deadlocks(db) == 0
