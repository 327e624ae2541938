"""Everything that moves classes, from many connections at once."""

import random
import time
from collections import Counter
from collections.abc import Callable
from functools import partial

import psycopg

from tests.support.admitting import wish
from tests.support.races import at_once
from tests.support.school import Caller, Database, Refusal, School

WORKERS = 8


def churn(
    db: Database, school: School, conninfo: Callable[..., str], seconds: float, seed: int = 1
) -> Counter[str]:
    """Let eight people work on one small school for so long; count what came of each call.

    Refusals count by code, database errors by SQLSTATE: nothing is tried again.
    """
    db.execute("update school.classroom_slots set capacity = capacity + 3")
    db.execute(
        "insert into school.leads (stage_id, name, email, follow_up_date)"
        " select %s, 'Racer ' || n, n || '@race.test', '2027-03-01' from generate_series(1, 60) n",
        (school["stage_new"],),
    )
    end = time.monotonic() + seconds
    dice = [random.Random(seed + number) for number in range(WORKERS)]  # noqa: S311
    works = [partial(_work, school, conninfo, end, own) for own in dice]
    return sum(at_once(*works, seconds=seconds + 60), Counter())


def _work(
    school: School, conninfo: Callable[..., str], end: float, dice: random.Random
) -> Counter[str]:
    counts: Counter[str] = Counter()
    with (
        psycopg.connect(conninfo("school_gateway"), autocommit=True) as gateway,
        psycopg.connect(conninfo(), autocommit=True) as owner,
    ):
        caller = Caller(gateway, school.token(dice.choice(["ada", "root"])))
        while time.monotonic() < end:
            counts[_step(caller, owner, school, dice)] += 1
    return counts


def _pick(owner: Database, dice: random.Random, query: str) -> str | None:
    rows = owner.execute(f"select id::text from ({query}) as t order by random() limit 1")
    row = rows.fetchone()
    return None if row is None else str(row[0])


def _step(caller: Caller, owner: Database, school: School, dice: random.Random) -> str:
    try:
        return _act(caller, owner, school, dice)
    except Refusal as refusal:
        return refusal.code
    except psycopg.Error as error:
        return str(error.sqlstate)


def _act(caller: Caller, owner: Database, school: School, dice: random.Random) -> str:
    (act,) = dice.choices(list(ACTS), list(ACTS.values()))
    act(caller, owner, school, dice)
    return "ok"


def _running(owner: Database, dice: random.Random) -> str:
    query = "select id from school.admissions where status in ('active', 'blocked')"
    return _pick(owner, dice, query) or "00000000-0000-4000-8000-000000000000"


def _admit(caller: Caller, owner: Database, school: School, dice: random.Random) -> None:
    days = dice.choice([("monday",), ("friday",), ("friday", "monday"), ("wednesday",)])
    caller("create_admission", **wish(school, *days, student={"name": "Racer"}))


def _pause(caller: Caller, owner: Database, school: School, dice: random.Random) -> None:
    first = 2 + dice.randrange(26)
    dates = {"from": f"2027-03-{first:02}", "to": f"2027-04-{first:02}"}
    caller("pause_admission", admission_id=_running(owner, dice), override=True, **dates)


def _live(caller: Caller, owner: Database, school: School, dice: random.Random) -> None:
    function = dice.choice(["block", "unblock", "cancel", "cancel", "renew", "renew"])
    caller(f"{function}_admission", admission_id=_running(owner, dice))


def _run_jobs(caller: Caller, owner: Database, school: School, dice: random.Random) -> None:
    owner.execute("select jobs.expire_reschedule_requests()")
    owner.execute("select jobs.complete_admissions()")


def _resize(caller: Caller, owner: Database, school: School, dice: random.Random) -> None:
    caller(
        "update_classroom_slot",
        classroom_slot_id=school["violin_friday"],
        capacity=dice.randint(2, 8),
        present=["capacity"],
    )


def _substitute(caller: Caller, owner: Database, school: School, dice: random.Random) -> None:
    caller(
        "set_substitute",
        classroom_slot_id=school["violin_wednesday"],
        date="2027-03-10",
        teacher_id=dice.choice([None, school["tia"]]),
        present=["teacher_id"],
    )


def _transfer(caller: Caller, owner: Database, school: School, dice: random.Random) -> None:
    admission = _running(owner, dice)
    query = "select classroom_slot_id as id from school.admission_slots where admission_id = "
    caller(
        "transfer_admission",
        admission_id=admission,
        from_classroom_slot_id=_pick(owner, dice, f"{query}'{admission}'"),
        time_slot_id=school[dice.choice(["monday", "wednesday", "friday", "thursday"])],
        **{"from": f"2027-03-{2 + dice.randrange(26):02}"},
    )


def _reschedule(caller: Caller, owner: Database, school: School, dice: random.Random) -> None:
    pending = _pick(
        owner, dice, "select id from school.reschedule_requests where status = 'pending'"
    )
    if pending is not None and dice.random() < 0.6:
        function = dice.choice(["approve", "approve", "reject"])
        caller(f"{function}_reschedule_request", reschedule_request_id=pending)
        return
    row = _pick(owner, dice, "select id from school.attendance where status = 'scheduled'")
    day, first = dice.choice([("monday", 8), ("wednesday", 10), ("friday", 12)])
    found = owner.execute(
        "select (date '2027-03-01' + %s)::text", (first - 1 + 7 * dice.randrange(6),)
    )
    (date,) = found.fetchone() or ("",)
    caller(
        "create_reschedule_request",
        attendance_id=row,
        classroom_slot_id=school[f"violin_{day}"],
        class_date=date,
    )


def _wait(caller: Caller, owner: Database, school: School, dice: random.Random) -> None:
    what = dice.randrange(10)
    live = "from school.waitlist_entries where status in ('waiting', 'offered')"
    if what < 4:
        caller(
            "create_waitlist_entry",
            course_id=school["violin"],
            lead_id=_pick(owner, dice, "select id from school.leads where deleted_at is null"),
            classes_per_week=dice.choice([1, 1, 2]),
        )
    elif what < 6:
        function = dice.choice(["decline", "withdraw"])
        entry = _pick(owner, dice, f"select id {live}")
        caller(f"{function}_waitlist_entry", waitlist_entry_id=entry)
    elif what < 8:
        lead = _pick(owner, dice, f"select lead_id as id {live} and lead_id is not null")
        days = dice.choice([("monday",), ("friday",), ("friday", "monday")])
        caller("create_admission", **wish(school, *days, lead_id=lead))
    elif what < 9:
        owner.execute("select jobs.expire_offers('2027-03-04')")
    else:
        lead = _pick(owner, dice, f"select lead_id as id {live} and lead_id is not null")
        owner_id = school[dice.choice(["sam", "sue"])]
        caller("assign_lead", lead_id=lead, owner_id=owner_id, present=["owner_id"])
        if dice.random() < 0.5:
            caller("delete_lead", lead_id=lead)


def _come_once(caller: Caller, owner: Database, school: School, dice: random.Random) -> None:
    booked = _pick(owner, dice, "select id from school.trials where status = 'booked'")
    if booked is not None and dice.random() < 0.2:
        caller("cancel_trial", trial_id=booked)
        return
    if dice.random() < 0.5:
        row = _pick(
            owner,
            dice,
            "select id from school.attendance where status = 'scheduled'"
            " and class_date between '2027-03-02' and '2027-03-19'",
        )
        function = dice.choice(["announce", "announce", "withdraw"])
        caller(f"{function}_absence", attendance_id=row)
        return
    lead = caller(
        "create_lead",
        name="Racer",
        phone="1",
        stage_id=school["stage_new"],
        follow_up_date="2027-03-05",
    )["id"]
    day, weekday = dice.choice([("monday", 8), ("wednesday", 10), ("friday", 12)])
    caller(
        "create_trial",
        lead_id=lead,
        classroom_slot_id=school[f"violin_{day}"],
        date=f"2027-03-{weekday + 7 * dice.randint(0, 1):02}",
    )
    if dice.random() < 0.3:
        caller("create_admission", **wish(school, day, lead_id=lead))
    elif dice.random() < 0.3:
        caller("delete_lead", lead_id=lead)


def _mark(caller: Caller, owner: Database, school: School, dice: random.Random) -> None:
    rows = owner.execute(
        "select json_agg(json_build_object('id', id, 'status', %s::text))::text from (select id"
        " from school.attendance where class_date = '2027-03-01' and status <> 'cancelled'"
        " order by random() limit 6) as t",
        (dice.choice(["present", "late", "absent", "scheduled", "scheduled"]),),
    )
    (items,) = rows.fetchone() or (None,)
    if items is not None:
        caller("mark_attendances", items=items)


def _close(caller: Caller, owner: Database, school: School, dice: random.Random) -> None:
    closure = _pick(owner, dice, "select id from school.school_closures")
    if closure is not None and dice.random() < 0.6:
        caller("delete_closure", closure_id=closure)
        return
    day = f"2027-{dice.choice(['03', '04'])}-{dice.choice([1, *range(2, 29)]):02}"
    caller("create_closure", start_date=day, end_date=day, reason="Race")


ACTS = {
    _admit: 25,
    _reschedule: 30,
    _wait: 20,
    _live: 12,
    _mark: 10,
    _come_once: 10,
    _transfer: 6,
    _pause: 4,
    _close: 2,
    _run_jobs: 2,
    _resize: 2,
    _substitute: 2,
}
"""What is done, and how often in proportion."""
