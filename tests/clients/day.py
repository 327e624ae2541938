"""Days at the school by a generated client, as day.ts has them: the client is made anew for each
run, and this file is type-checked with it."""

import datetime
import os
import sys
from collections.abc import Sequence
from http import HTTPStatus
from io import BytesIO
from typing import TypeVar
from uuid import UUID

from school_client import AuthenticatedClient
from school_client.api.admissions import (
    cancel_admission,
    create_admission,
    pause_admission,
    preview_admission,
    preview_transfer,
    transfer_admission,
)
from school_client.api.attendance import list_attendance
from school_client.api.classroom import list_classroom
from school_client.api.jobs import run_job
from school_client.api.leads import create_lead, export_leads, get_lead, import_leads, update_lead
from school_client.api.notifications import list_notifications
from school_client.api.reschedule_requests import create_reschedule_request
from school_client.api.settings import update_settings
from school_client.api.trials import create_trial, record_trial_outcome
from school_client.api.waitlist import create_waitlist_entry, get_waitlist_entry
from school_client.models.admission import Admission
from school_client.models.attendance import Attendance
from school_client.models.cancel_admission_body import CancelAdmissionBody
from school_client.models.classroom_class import ClassroomClass
from school_client.models.create_admission_body import CreateAdmissionBody
from school_client.models.create_lead_body import CreateLeadBody
from school_client.models.create_reschedule_request_body import CreateRescheduleRequestBody
from school_client.models.create_trial_body import CreateTrialBody
from school_client.models.create_waitlist_entry_body import CreateWaitlistEntryBody
from school_client.models.pause_admission_body import PauseAdmissionBody
from school_client.models.preview_admission_body import PreviewAdmissionBody
from school_client.models.preview_transfer_body import PreviewTransferBody
from school_client.models.problem import Problem
from school_client.models.problem_code import ProblemCode
from school_client.models.record_trial_outcome_body import RecordTrialOutcomeBody
from school_client.models.record_trial_outcome_body_status import RecordTrialOutcomeBodyStatus
from school_client.models.run_job_body import RunJobBody
from school_client.models.transfer_admission_body import TransferAdmissionBody
from school_client.models.trial_status import TrialStatus
from school_client.models.update_lead_body import UpdateLeadBody
from school_client.models.update_settings_body import UpdateSettingsBody
from school_client.models.waitlist_entry_status import WaitlistEntryStatus
from school_client.types import UNSET, File, Unset

T = TypeVar("T")
Date = datetime.date.fromisoformat


def client(person: str) -> AuthenticatedClient:
    return AuthenticatedClient(os.environ["BASE_URL"], os.environ[f"TOKEN_{person}"])


def id_of(name: str) -> UUID:
    return UUID(os.environ[f"ID_{name}"])


def said(answer: T | Problem | None) -> T:
    """Return what was answered, which must not be a refusal."""
    if answer is None or isinstance(answer, Problem):
        raise AssertionError(answer)
    return answer


def refused(answer: object, code: ProblemCode) -> Problem:
    """Return the refusal that was answered, which must be of this code."""
    assert isinstance(answer, Problem), answer
    assert answer.code == code, answer
    return answer


def only(items: Sequence[T] | Unset | None) -> T:
    assert items
    [item] = items
    return item


def clock_is(instant: str) -> None:
    print(instant, flush=True)
    sys.stdin.readline()


ADA, SAM, SUE, TOM, ROOT = map(client, ("ada", "sam", "sue", "tom", "root"))


def seats(slot: str, date: datetime.date | Unset = UNSET) -> ClassroomClass:
    page = said(list_classroom.sync(client=ADA, course_id=[id_of("violin")], date=date))
    return only([item for item in page.items if item.classroom_slot_id == id_of(slot)])


def admission(lead_id: UUID, time_slot: str, start: str) -> CreateAdmissionBody:
    return CreateAdmissionBody(
        lead_id=lead_id,
        course_id=id_of("violin"),
        course_plan_id=id_of("violin_4"),
        start_date=Date(start),
        time_slot_ids=[id_of(time_slot)],
    )


def a_full_class_and_two_who_wait() -> None:
    wanda = said(
        create_lead.sync(
            client=SUE,
            idempotency_key="wanda",
            body=CreateLeadBody(
                name="Wanda",
                email="wanda@leads.test",
                stage_id=id_of("stage_new"),
                follow_up_date=Date("2027-03-02"),
            ),
        )
    )
    wish = admission(wanda.id, "wednesday", "2027-03-03")
    full = refused(create_admission.sync(client=SUE, body=wish), ProblemCode.SLOT_FULL)
    assert only(full.conflicts).alternatives

    def entry(lead_id: UUID) -> CreateWaitlistEntryBody:
        return CreateWaitlistEntryBody(
            course_id=id_of("violin"),
            lead_id=lead_id,
            course_plan_id=id_of("violin_4"),
            time_slot_ids=[id_of("wednesday")],
        )

    first = said(create_waitlist_entry.sync(client=SAM, body=entry(id_of("fresh"))))
    second = said(create_waitlist_entry.sync(client=SUE, body=entry(wanda.id)))
    assert (first.status, first.position) == (WaitlistEntryStatus.WAITING, 1)
    assert (second.status, second.position) == (WaitlistEntryStatus.WAITING, 2)
    refused(get_waitlist_entry.sync(second.id, client=SAM), ProblemCode.NOT_FOUND)

    moves = CancelAdmissionBody(reason="moves")
    said(cancel_admission.sync(id_of("sid_admission"), client=ADA, body=moves))
    offered = said(get_waitlist_entry.sync(first.id, client=SAM))
    assert offered.offer is not None
    assert only(offered.offer.classroom_slots).classroom_slot_id == id_of("violin_wednesday")
    held = seats("violin_wednesday")
    assert (held.occupied, held.held, held.free, held.waiting) == (0, 1, 0, 1)
    asked = PreviewAdmissionBody.from_dict(wish.to_dict())
    preview = said(preview_admission.sync(client=ADA, body=asked))
    assert only(preview.conflicts).code == ProblemCode.SLOT_HELD

    clock_is("2027-03-03T10:00:00+00:00")
    assert said(run_job.sync("expire_offers", client=ADA, body=RunJobBody())).rows == 1
    expired = said(get_waitlist_entry.sync(first.id, client=SAM))
    assert expired.status is WaitlistEntryStatus.EXPIRED
    admitted = said(create_admission.sync(client=SUE, body=wish))
    assert admitted.attendance.total == 4
    assert admitted.attendance.last_date == Date("2027-03-24")


def a_trial_that_becomes_an_admission() -> UUID:
    friday = Date("2027-03-05")
    booking = CreateTrialBody(
        lead_id=id_of("fresh"), classroom_slot_id=id_of("violin_friday"), date=friday
    )
    trial = said(create_trial.sync(client=SAM, body=booking))
    assert (trial.status, trial.start_time) == (TrialStatus.BOOKED, "16:00")
    visitor = only(seats("violin_friday", friday).students)
    assert (visitor.name, visitor.trial_id) == ("Fresh", trial.id)
    clock_is("2027-03-05T17:30:00+00:00")
    outcome = RecordTrialOutcomeBody(RecordTrialOutcomeBodyStatus.ATTENDED, note="A good ear.")
    attended = said(record_trial_outcome.sync(trial.id, client=TOM, body=outcome))
    assert attended.status is TrialStatus.ATTENDED
    wish = admission(id_of("fresh"), "friday", "2027-03-12")
    admission_id: UUID = said(create_admission.sync(client=SAM, body=wish)).id
    return admission_id


def a_transfer_and_a_pause(admission_id: UUID) -> None:
    move = TransferAdmissionBody(
        from_classroom_slot_id=id_of("violin_friday"),
        time_slot_id=id_of("monday"),
        from_=Date("2027-03-15"),
    )
    asked = PreviewTransferBody.from_dict(move.to_dict())
    preview = said(preview_transfer.sync(admission_id, client=SAM, body=asked))
    assert preview.ok
    days = [f"2027-03-{day}" for day in (15, 22, 29)]
    assert [m.to_date for m in preview.moved] == [Date(day) for day in days]
    said(transfer_admission.sync(admission_id, client=SAM, body=move))
    holiday = PauseAdmissionBody(Date("2027-03-22"), Date("2027-03-28"), reason="holiday")
    paused: Admission = said(pause_admission.sync(admission_id, client=SAM, body=holiday))
    assert paused.attendance.last_date == Date("2027-04-05")


def a_move_refused_by_policy(admission_id: UUID) -> None:
    policy = UpdateSettingsBody(reschedule_notice_hours=336, reschedules_per_admission=1)
    said(update_settings.sync(client=ROOT, body=policy))
    rows = said(list_attendance.sync(client=ADA, admission_id=[admission_id])).items
    soon: Attendance = only([row for row in rows if row.class_date == Date("2027-03-15")])
    wish = CreateRescheduleRequestBody(soon.id, id_of("violin_friday"), Date("2027-03-19"))
    asked = create_reschedule_request.sync(client=SAM, body=wish)
    refused(asked, ProblemCode.TOO_LATE_TO_MOVE)


def a_change_that_does_not_overwrite() -> None:
    read = get_lead.sync_detailed(id_of("fresh"), client=SAM)
    assert read.status_code is HTTPStatus.OK
    version = read.headers["ETag"]
    north = UpdateLeadBody(area="North")
    changed = said(update_lead.sync(id_of("fresh"), client=SAM, body=north, if_match=version))
    assert changed.area == "North"
    again = update_lead.sync(
        id_of("fresh"), client=SAM, body=UpdateLeadBody(area=None), if_match=version
    )
    refused(again, ProblemCode.VERSION_MISMATCH)


def leads_out_and_in() -> None:
    assert b"Fresh" in said(export_leads.sync(client=SAM)).payload.read()
    rows = BytesIO(b"name,phone,followUpDate\nNew,+1 212 555 0177,2027-04-01\n")
    assert said(import_leads.sync(client=SAM, body=File(rows), dry_run=True)).rows == 1


a_full_class_and_two_who_wait()
admission_id = a_trial_that_becomes_an_admission()
a_transfer_and_a_pause(admission_id)
a_move_refused_by_policy(admission_id)
a_change_that_does_not_overwrite()
leads_out_and_in()
told = {item.type_ for item in said(list_notifications.sync(client=SAM, limit=200)).items}
assert {"waitlist.offered", "waitlist.expired"} <= told
print("done", flush=True)
