"""Refusals: the one table from contract code to status and title, and the RFC 9457 body."""

import json
from collections.abc import Mapping
from typing import Any

CONTENT_TYPE = "application/problem+json"

PROBLEMS: dict[str, tuple[int, str]] = {
    "invalid_request": (400, "The request is not valid"),
    "unauthenticated": (401, "Authentication is required"),
    "invalid_credentials": (401, "E-mail or password is wrong"),
    "invalid_token": (401, "The token is not valid"),
    "forbidden": (403, "Not allowed"),
    "not_found": (404, "Not found"),
    "method_not_allowed": (405, "Method not allowed"),
    "not_acceptable": (406, "Not acceptable"),
    "slot_full": (409, "The class is full"),
    "slot_held": (409, "The seats that are free are held for others"),
    "already_enrolled": (409, "Already enrolled"),
    "student_conflict": (409, "The student has another class at that time"),
    "email_in_use": (409, "The e-mail is in use"),
    "lead_already_converted": (409, "The lead is already converted"),
    "already_decided": (409, "Already decided"),
    "already_pending": (409, "Already pending"),
    "already_claimed": (409, "Already claimed"),
    "teacher_conflict": (409, "The teacher has another class at that time"),
    "in_use": (409, "In use"),
    "already_exists": (409, "Already exists"),
    "invalid_state": (409, "Not possible in this state"),
    "last_super_admin": (409, "The last super admin must stay"),
    "version_mismatch": (412, "The resource has changed"),
    "body_too_large": (413, "The body is too large"),
    "unsupported_media_type": (415, "Unsupported media type"),
    "duplicate_slot": (422, "A time slot is chosen twice"),
    "overlapping_slots": (422, "Time slots overlap"),
    "slot_count_mismatch": (422, "Wrong number of time slots"),
    "slot_not_operating": (422, "The time slot is not in operation"),
    "no_classroom": (422, "No class at that time"),
    "plan_not_for_course": (422, "The plan belongs to another course"),
    "start_date_out_of_range": (422, "The start date is out of range"),
    "no_class_dates": (422, "No class dates"),
    "not_a_student": (422, "Not a student"),
    "not_a_teacher": (422, "Not a teacher"),
    "not_staff": (422, "Not a member of staff"),
    "teacher_not_for_course": (422, "The teacher does not teach this course"),
    "weekday_mismatch": (422, "Wrong weekday"),
    "school_closed": (422, "The school is closed"),
    "class_not_in_future": (422, "The class is not in the future"),
    "class_in_future": (422, "The class is in the future"),
    "too_late_to_mark": (422, "Too late to mark"),
    "course_or_teacher_mismatch": (422, "Another course or teacher"),
    "no_change": (422, "Nothing would change"),
    "job_date_in_future": (422, "The day has not come"),
    "too_late_to_move": (422, "Too late to move the class"),
    "no_moves_left": (422, "No moves are left"),
    "beyond_window": (422, "Too far ahead"),
    "no_trials_left": (422, "No trial classes are left"),
    "date_full": (422, "No place is free on that date"),
    "class_not_held": (422, "No class on that date"),
    "pause_too_long": (422, "The pause is too long"),
    "lost_reason_required": (422, "A reason is required"),
    "weak_password": (422, "The password is too weak"),
    "wrong_password": (422, "The password is wrong"),
    "unknown_reference": (422, "Unknown reference"),
    "idempotency_key_reused": (422, "The idempotency key was used for another request"),
    "too_many_requests": (429, "Too many requests"),
    "internal_error": (500, "Internal error"),
    "unavailable": (503, "Unavailable"),
    "timeout": (504, "Time-out"),
}

SQLSTATES: dict[str, str] = {
    "42501": "forbidden",
    "57014": "timeout",
    "55P03": "timeout",
    "25P03": "timeout",
    "25P04": "timeout",
    "23502": "invalid_request",
    "23514": "invalid_request",
    "23505": "already_exists",
    "23503": "unknown_reference",
    "40001": "unavailable",
    "40P01": "unavailable",
    "57P01": "unavailable",
    "57P02": "unavailable",
    "57P03": "unavailable",
    "57P05": "unavailable",
    "54000": "unavailable",
}
OUTAGES = ("08", "53", "58")
"""Classes of errors of which no request is the cause: the connection, the server's resources
(disk full, out of memory, too many connections), the system below it."""
NO_FUNCTION = frozenset({"42883", "3F000"})
NO_OBJECT = NO_FUNCTION | {"42P01", "42703", "42704"}
RAISED_BY_OUR_FUNCTIONS = "OS001"
RETRIED = frozenset({"40001", "40P01"})

DETAILS: dict[str, str] = {
    "invalid_request": "A value was refused.",
    "unauthenticated": "Send a valid access token as a Bearer token.",
    "forbidden": "Your role may not do this.",
    "not_found": "There is nothing here.",
    "already_exists": "Such an entry exists already.",
    "unknown_reference": "An id refers to something that does not exist.",
    "internal_error": "Something went wrong. The request id helps to find out what.",
    "unavailable": "The service is busy or restarting. Try again.",
    "timeout": "The request took too long and was abandoned.",
}
RETRY_AFTER_SECONDS = 1


class Problem(Exception):  # noqa: N818 - the word of RFC 9457
    """A refusal on its way to the client.

    ``code`` is one of PROBLEMS, ``detail`` a sentence for people, ``members`` further members of
    the problem document (``errors``, ``conflicts``, ``retryAfter`` in seconds, …), ``status``
    another status than the code has by itself.
    """

    def __init__(
        self,
        code: str,
        detail: str | None = None,
        members: Mapping[str, Any] | None = None,
        status: int | None = None,
    ) -> None:
        super().__init__(code)
        self.code = code
        usual, self.title = PROBLEMS[code]
        self.status = status or usual
        self.detail = detail or DETAILS.get(code, self.title + ".")
        self.members = dict(members or {})

    def causes(self) -> list[tuple[str, str]]:
        """The pairs of pointer and message that `invalid` was made of."""
        return [(e["pointer"], e["message"]) for e in self.members.get("errors", ())]

    def headers(self) -> dict[str, str]:
        """Headers that the status calls for."""
        if self.status == 401:
            return {"WWW-Authenticate": "Bearer"}
        if self.status in (429, 503):
            return {"Retry-After": str(self.members.get("retryAfter", RETRY_AFTER_SECONDS))}
        return {}

    def body(self, request_id: str) -> bytes:
        """The problem document, UTF-8 JSON."""
        document = {
            "type": f"/problems/{self.code}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
            "requestId": request_id,
        }
        return json.dumps({**document, **self.members, **document}, ensure_ascii=False).encode()


def invalid(*errors: tuple[str, str]) -> Problem:
    """A 400 from pairs of JSON pointer and message."""
    listed = [{"pointer": pointer, "message": message} for pointer, message in errors]
    detail = listed[0]["message"] if len(listed) == 1 else f"{len(listed)} values were refused."
    return Problem("invalid_request", detail, {"errors": listed})


def returned(document: Mapping[str, Any]) -> Problem | None:
    """The refusal that a function returned, or raised as the DETAIL of its error.

    ``document`` holds ``code``, ``message`` and further members. None when the code is not one of
    the contract's.
    """
    members = dict(document)
    code, message = members.pop("code", None), members.pop("message", None)
    return Problem(code, message, members) if code in PROBLEMS else None


def is_outage(sqlstate: str, message: str, context: str | None, reads: bool) -> bool:
    """Whether an error says that the database cannot serve now, whatever was asked.

    It may be read-only (unless the call ``reads``, and should not have written), short of
    something, or without the functions that are called: the code layer is away while it is
    exchanged. Of tables and types that only holds for what the call itself names (``context`` is
    None); inside of a function it is our mistake.
    """
    return (
        (sqlstate == "25006" and not reads)
        or sqlstate.startswith(OUTAGES)
        or sqlstate in (NO_OBJECT if context is None else NO_FUNCTION)
        or (sqlstate == "XX000" and message.startswith("cache lookup failed"))
    )


def from_sqlstate(sqlstate: str, constraint: str | None, member: str | None) -> Problem | None:
    """The refusal for an error of PostgreSQL itself; None when it is our fault (a 500).

    ``constraint`` is the violated constraint, whose name is a sentence; ``member`` the wire name
    of the column it is about, where there is one.
    """
    code = SQLSTATES.get(sqlstate)
    if code is None:
        if sqlstate[:2] == "22":
            code = "invalid_request"
        else:
            return None
    if code not in ("invalid_request", "unknown_reference"):
        return Problem(code)
    message = constraint.replace("_", " ") if constraint else DETAILS[code]
    if sqlstate == "23502":
        message = "a value is required"
    elif sqlstate == "23503":
        message = "does not exist"
    pointer = f"/{member}" if member else ""
    return Problem(code, None, {"errors": [{"pointer": pointer, "message": message}]})
