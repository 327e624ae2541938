"""The HTTP surface: one line per endpoint."""

import re
from dataclasses import dataclass

from api.http.calendars import ICALENDAR
from api.http.tables import CSV

PREFIX = "/v1"
EVENT_STREAM = "text/event-stream"


@dataclass(frozen=True, slots=True)
class Route:
    """One endpoint. Path segments ``{lead_id}`` are the function's parameters ``p_lead_id``.

    ``function`` lives in schema ``api``; ``status`` is the success status; ``items`` the wire view
    or type of a list's items, or several with ``|`` between them; ``query`` the wire names that a
    method with a body takes from the query; ``consumes`` a body that is not JSON, given to
    ``p_body`` as text, or when it is CSV to ``p_rows`` as api.http.tables reads it; ``produces`` an
    answer that is not JSON, the text that the function returns, also in rows, or when it is
    iCalendar what api.http.calendars makes of its JSON, or when it is an event stream what
    api.http.streams reads with it again and again. ``long`` gives whole files more bytes and more
    time than a request has otherwise. ``open`` needs no session. ``password`` marks the routes of
    api.http.passwords, which hash or verify a password between two calls. Of an answer that is kept
    for its Idempotency-Key, ``secrets`` are the members (dotted) that are kept as null, and
    ``resource`` the wire view that must still show its ``id`` when it is repeated; it is needed
    where the function's own type does not tell. ``ticketed`` lets a ticket in the query stand for
    the session; ``filename`` is what a browser saves the answer as.
    """

    method: str
    path: str
    function: str
    status: int = 200
    items: str | None = None
    open: bool = False
    query: tuple[str, ...] = ()
    consumes: str | None = None
    produces: str | None = None
    long: bool = False
    password: bool = False
    secrets: tuple[str, ...] = ()
    resource: str | None = None
    ticketed: bool = False
    filename: str | None = None

    @property
    def keeps_key(self) -> bool:
        """Whether the route takes an Idempotency-Key."""
        return self.method == "POST" and self.status == 201 and not self.open

    @property
    def location(self) -> str | None:
        """The folder of what it creates, when one by id is to be had there."""
        one = re.compile(re.escape(self.path) + r"/{\w+}")
        if self.status == 201 and any(r.method == "GET" and one.fullmatch(r.path) for r in ROUTES):
            return f"{PREFIX}{self.path}/"
        return None

    @property
    def item_views(self) -> tuple[str, ...]:
        """The wire views or types of a list's items; empty when this is no list."""
        return tuple(self.items.split("|")) if self.items else ()


ROUTES: tuple[Route, ...] = (
    # who you are
    Route("POST", "/auth/login", "log_in", open=True, password=True),
    Route("POST", "/auth/activate", "activate", open=True, password=True),
    Route("POST", "/auth/password", "change_password", 204, password=True),
    Route("POST", "/auth/logout", "log_out", 204, query=("everywhere",)),
    Route("GET", "/me", "get_me"),
    Route("PATCH", "/me", "update_me"),
    Route("GET", "/me/work", "get_my_work"),
    Route("GET", "/me/settings", "get_my_settings"),
    Route("PATCH", "/me/settings", "update_my_settings"),
    Route("GET", "/me/sessions", "list_my_sessions", items="session"),
    Route("DELETE", "/me/sessions/{session_id}", "delete_my_session", 204),
    Route("GET", "/me/attendance", "list_my_attendance", items="attendance"),
    # people
    Route("POST", "/access-requests", "request_access", 202, open=True),
    Route("GET", "/access-requests", "list_access_requests", items="access_request"),
    Route("GET", "/access-requests/{access_request_id}", "get_access_request"),
    Route("POST", "/access-requests/{access_request_id}/approve", "approve_access_request"),
    Route("POST", "/access-requests/{access_request_id}/reject", "reject_access_request"),
    Route("GET", "/users", "list_users", items="user|person"),
    Route("POST", "/users", "create_user", 201, secrets=("activation.token",), resource="user"),
    Route("GET", "/users/{user_id}", "get_user"),
    Route("PATCH", "/users/{user_id}", "update_user"),
    Route("DELETE", "/users/{user_id}", "delete_user", 204),
    Route("POST", "/users/{user_id}/activation", "create_activation", 201, secrets=("token",)),
    # leads
    Route("GET", "/lead-stages", "list_lead_stages", items="lead_stage"),
    Route("POST", "/lead-stages", "create_lead_stage", 201),
    Route("GET", "/lead-stages/{lead_stage_id}", "get_lead_stage"),
    Route("PATCH", "/lead-stages/{lead_stage_id}", "update_lead_stage"),
    Route("DELETE", "/lead-stages/{lead_stage_id}", "delete_lead_stage", 204),
    Route("GET", "/leads", "list_leads", items="lead"),
    Route("POST", "/leads", "create_lead", 201),
    Route("GET", "/leads/counts", "count_leads"),
    Route("POST", "/leads/bulk", "change_leads"),
    Route("GET", "/leads/{lead_id}", "get_lead"),
    Route("PATCH", "/leads/{lead_id}", "update_lead"),
    Route("DELETE", "/leads/{lead_id}", "delete_lead", 204),
    Route("POST", "/leads/{lead_id}/restore", "restore_lead"),
    Route("POST", "/leads/{lead_id}/assign", "assign_lead"),
    Route("POST", "/leads/{lead_id}/follow-up", "complete_follow_up"),
    Route("POST", "/leads/{lead_id}/demo", "record_demo"),
    Route("GET", "/leads/{lead_id}/notes", "list_lead_notes", items="lead_note"),
    Route("POST", "/leads/{lead_id}/notes", "add_lead_note", 201),
    Route("PUT", "/leads/{lead_id}/tags/{tag}", "put_lead_tag"),
    Route("DELETE", "/leads/{lead_id}/tags/{tag}", "delete_lead_tag"),
    Route(
        "GET", "/leads/{lead_id}/audit-events", "list_lead_audit_events", items="lead_audit_event"
    ),
    Route("GET", "/leads/{lead_id}/timeline", "list_lead_timeline", items="happening"),
    Route("POST", "/leads/import", "import_leads", consumes=CSV, long=True),
    Route(
        "GET",
        "/leads/export",
        "export_leads",
        produces=CSV,
        long=True,
        ticketed=True,
        filename="leads.csv",
    ),
    Route("POST", "/leads/export-ticket", "create_export_ticket", 201, secrets=("url",)),
    # catalogue
    Route("GET", "/instruments", "list_instruments", items="instrument"),
    Route("POST", "/instruments", "create_instrument", 201),
    Route("GET", "/instruments/{instrument_id}", "get_instrument"),
    Route("PATCH", "/instruments/{instrument_id}", "update_instrument"),
    Route("DELETE", "/instruments/{instrument_id}", "delete_instrument", 204),
    Route("GET", "/courses", "list_courses", items="course"),
    Route("POST", "/courses", "create_course", 201),
    Route("GET", "/courses/{course_id}", "get_course"),
    Route("PATCH", "/courses/{course_id}", "update_course"),
    Route("DELETE", "/courses/{course_id}", "delete_course", 204),
    Route("GET", "/courses/{course_id}/teachers", "list_course_teachers"),
    Route("PUT", "/courses/{course_id}/teachers/{teacher_id}", "put_course_teacher"),
    Route("DELETE", "/courses/{course_id}/teachers/{teacher_id}", "delete_course_teacher", 204),
    Route("GET", "/course-plans", "list_course_plans", items="course_plan"),
    Route("POST", "/course-plans", "create_course_plan", 201),
    Route("GET", "/course-plans/{course_plan_id}", "get_course_plan"),
    Route("PATCH", "/course-plans/{course_plan_id}", "update_course_plan"),
    Route("DELETE", "/course-plans/{course_plan_id}", "delete_course_plan", 204),
    # timetable
    Route("GET", "/operating-days", "list_operating_days"),
    Route("PUT", "/operating-days", "set_operating_days"),
    Route("GET", "/time-slots", "list_time_slots", items="time_slot"),
    Route("POST", "/time-slots", "create_time_slot", 201),
    Route("GET", "/time-slots/{time_slot_id}", "get_time_slot"),
    Route("PATCH", "/time-slots/{time_slot_id}", "update_time_slot"),
    Route("DELETE", "/time-slots/{time_slot_id}", "delete_time_slot", 204),
    Route("GET", "/classroom-slots", "list_classroom_slots", items="classroom_slot"),
    Route("POST", "/classroom-slots", "create_classroom_slot", 201),
    Route("GET", "/classroom-slots/{classroom_slot_id}", "get_classroom_slot"),
    Route("PATCH", "/classroom-slots/{classroom_slot_id}", "update_classroom_slot"),
    Route("DELETE", "/classroom-slots/{classroom_slot_id}", "delete_classroom_slot", 204),
    Route("POST", "/classroom-slots/{classroom_slot_id}/substitute", "set_substitute"),
    Route("GET", "/closures", "list_closures", items="closure"),
    Route("POST", "/closures", "create_closure", 201, resource="closure"),
    Route("POST", "/closures/preview", "preview_closure"),
    Route("GET", "/closures/{closure_id}", "get_closure"),
    Route("DELETE", "/closures/{closure_id}", "delete_closure", 204),
    Route("GET", "/classroom", "list_classroom", items="classroom_class"),
    # admissions and classes
    Route("GET", "/admissions", "list_admissions", items="admission"),
    Route("POST", "/admissions", "create_admission", 201, resource="admission"),
    Route("POST", "/admissions/preview", "preview_admission"),
    Route("GET", "/admissions/{admission_id}", "get_admission"),
    Route("POST", "/admissions/{admission_id}/block", "block_admission"),
    Route("POST", "/admissions/{admission_id}/unblock", "unblock_admission"),
    Route("POST", "/admissions/{admission_id}/cancel", "cancel_admission"),
    Route("POST", "/admissions/{admission_id}/renew", "renew_admission", 201),
    Route("POST", "/admissions/{admission_id}/transfer", "transfer_admission"),
    Route("POST", "/admissions/{admission_id}/transfer/preview", "preview_transfer"),
    Route("POST", "/admissions/{admission_id}/pause", "pause_admission"),
    Route("POST", "/admissions/{admission_id}/pause/preview", "preview_pause"),
    Route("GET", "/admissions/{admission_id}/payment", "get_payment"),
    Route("PATCH", "/admissions/{admission_id}/payment", "update_payment"),
    Route(
        "GET",
        "/admissions/{admission_id}/payment/history",
        "list_payment_history",
        items="payment_change",
    ),
    Route("GET", "/waitlist", "list_waitlist", items="waitlist_entry"),
    Route("POST", "/waitlist", "create_waitlist_entry", 201),
    Route("GET", "/waitlist/{waitlist_entry_id}", "get_waitlist_entry"),
    Route("PATCH", "/waitlist/{waitlist_entry_id}", "update_waitlist_entry"),
    Route("DELETE", "/waitlist/{waitlist_entry_id}", "withdraw_waitlist_entry", 204),
    Route("POST", "/waitlist/{waitlist_entry_id}/decline", "decline_waitlist_entry"),
    Route("GET", "/attendance", "list_attendance", items="attendance"),
    Route("GET", "/attendance/{attendance_id}", "get_attendance"),
    Route("POST", "/attendance/mark", "mark_attendances"),
    Route("POST", "/attendance/{attendance_id}/mark", "mark_attendance"),
    Route("GET", "/attendance/{attendance_id}/reschedule-options", "list_reschedule_options"),
    Route("POST", "/attendance/{attendance_id}/absence", "announce_absence"),
    Route("DELETE", "/attendance/{attendance_id}/absence", "withdraw_absence"),
    Route("GET", "/trials", "list_trials", items="trial"),
    Route("POST", "/trials", "create_trial", 201),
    Route("GET", "/trials/{trial_id}", "get_trial"),
    Route("POST", "/trials/{trial_id}/outcome", "record_trial_outcome"),
    Route("POST", "/trials/{trial_id}/cancel", "cancel_trial"),
    Route("GET", "/reschedule-requests", "list_reschedule_requests", items="reschedule_request"),
    Route("POST", "/reschedule-requests", "create_reschedule_request", 201),
    Route("GET", "/reschedule-requests/{reschedule_request_id}", "get_reschedule_request"),
    Route(
        "POST",
        "/reschedule-requests/{reschedule_request_id}/approve",
        "approve_reschedule_request",
    ),
    Route(
        "POST", "/reschedule-requests/{reschedule_request_id}/reject", "reject_reschedule_request"
    ),
    Route(
        "POST",
        "/reschedule-requests/{reschedule_request_id}/withdraw",
        "withdraw_reschedule_request",
    ),
    Route("POST", "/me/calendar", "create_calendar", 201, secrets=("url",)),
    Route("DELETE", "/me/calendar", "delete_calendar", 204),
    Route("GET", "/calendar/{token}.ics", "get_calendar", open=True, produces=ICALENDAR),
    # notifications and jobs
    Route("GET", "/notifications", "list_notifications", items="notification"),
    Route("GET", "/notifications/unread-count", "count_unread_notifications"),
    Route(
        "GET",
        "/notifications/stream",
        "stream_notifications",
        produces=EVENT_STREAM,
        ticketed=True,
    ),
    Route("POST", "/notifications/stream-ticket", "create_stream_ticket", 201, secrets=("url",)),
    Route("POST", "/notifications/{notification_id}/read", "read_notification"),
    Route("POST", "/notifications/read-all", "read_all_notifications"),
    Route("GET", "/notification-events", "list_notification_events", items="notification_event"),
    Route("GET", "/jobs", "list_jobs", items="job"),
    Route("GET", "/jobs/{name}/preview", "preview_job"),
    Route("POST", "/jobs/{name}/run", "run_job", long=True),
    # e-mail and webhooks
    Route("GET", "/webhooks", "list_webhooks", items="webhook"),
    Route("POST", "/webhooks", "create_webhook", 201, secrets=("secret",), resource="webhook"),
    Route("GET", "/webhooks/{webhook_id}", "get_webhook"),
    Route("PATCH", "/webhooks/{webhook_id}", "update_webhook"),
    Route("DELETE", "/webhooks/{webhook_id}", "delete_webhook", 204),
    Route("POST", "/webhooks/{webhook_id}/replay", "replay_webhook", long=True),
    Route("GET", "/deliveries", "list_deliveries", items="delivery"),
    Route("POST", "/deliveries/{delivery_id}/retry", "retry_delivery"),
    # reports
    Route("GET", "/reports/leads", "report_leads"),
    Route("GET", "/reports/attendance", "report_attendance"),
    Route("GET", "/reports/occupancy", "report_occupancy"),
    Route("GET", "/reports/revenue", "report_revenue"),
    Route("GET", "/reports/renewals", "report_renewals"),
    Route("GET", "/reports/at-risk", "report_at_risk"),
    Route("GET", "/reports/teaching-hours", "report_teaching_hours"),
    # the school
    Route("GET", "/access/explain", "explain_access"),
    Route("GET", "/settings", "get_settings"),
    Route("PATCH", "/settings", "update_settings"),
)
