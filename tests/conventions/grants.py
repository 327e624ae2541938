"""What each role is granted: a model written from the rules, and what the database has otherwise.

Which columns of which table it reads, inserts and updates, which functions of schema ``api`` it
calls, which views it reads.
"""

from typing import Any

import psycopg

from tests.conventions import matrix
from tests.conventions.matrix import MODEL

Database = psycopg.Connection[Any]

PEOPLE = ("super_admin", "admin", "staff", "teacher", "student")
ROLES = (*PEOPLE, "anonymous", "analyst", "jobs", "gateway", "sender")

# --- columns -----------------------------------------------------------------------------------

UPDATABLE: dict[str, dict[str, str]] = {
    "school.users": {"admin": "name email phone role status deleted_at"},
    "school.user_settings": dict.fromkeys(
        ("admin", "staff", "teacher", "student"),
        "locale timezone muted_notification_types preferences",
    ),
    "school.school_settings": {
        "super_admin": "school_name timezone phone_region locale currency reschedule_notice_hours"
        " reschedules_per_admission reschedule_within_days waitlist_offer_hours trials_per_lead"
        " pause_days_per_admission"
    },
    "school.leads": dict.fromkeys(
        ("admin", "staff"),
        "stage_id owner_id assigned_teacher_id name phone email area community address"
        " guardian_name age expected_budget number_of_contact_attempts last_contacted_date"
        " next_follow_up walk_in_date demo_date demo_conducted follow_up_date follow_up_status"
        " source lost_reason",
    ),
    "school.lead_stages": {"admin": "name position kind deleted_at"},
    "school.instruments": {"admin": "name deleted_at"},
    "school.courses": {"admin": "instrument_id name description deleted_at"},
    "school.course_plans": {
        "admin": "course_id name total_classes classes_per_week price deleted_at"
    },
    "school.time_slot_templates": {"admin": "weekday start_time end_time is_active deleted_at"},
    "school.classroom_slots": {"admin": "time_slot_id course_id teacher_id capacity deleted_at"},
    "school.operating_days": {"admin": "is_open"},
    "school.notifications": dict.fromkeys(("admin", "staff", "teacher", "student"), "read_at"),
}
ONLY_ADMINS_UPDATE = {("school.leads", "deleted_at")}

LEAD = UPDATABLE["school.leads"]["staff"]
INSERTABLE: dict[str, dict[str, str]] = {
    "school.users": {"admin": "email name phone role"},
    "school.user_settings": {
        role: f"user_id {columns}" for role, columns in UPDATABLE["school.user_settings"].items()
    },
    "school.leads": dict.fromkeys(("admin", "staff"), LEAD),
    "school.lead_notes": dict.fromkeys(("admin", "staff", "teacher"), "lead_id author_id body"),
    "school.lead_tags": dict.fromkeys(("admin", "staff"), "lead_id tag"),
    "school.lead_stages": {"admin": "name position kind"},
    "school.instruments": {"admin": "name"},
    "school.courses": {"admin": "instrument_id name description"},
    "school.course_plans": {"admin": "course_id name total_classes classes_per_week price"},
    "school.course_teachers": {"admin": "course_id teacher_id"},
    "school.time_slot_templates": {"admin": "weekday start_time end_time is_active"},
    "school.classroom_slots": {"admin": "time_slot_id course_id teacher_id capacity"},
}

# How to reach a person, what a pupil or a lead is called, and what is said about one: not for
# analysts. Why a lead was lost is theirs to count.
PERSONAL = {
    "school.users": {"name", "card", "email", "phone"},
    "school.leads": {
        "name",
        "phone",
        "phone_key",
        "email",
        "address",
        "guardian_name",
        "search_text",
    },
    "school.admissions": {"status_reason"},
    "school.admission_payments": {"notes"},
    "school.attendance": {"note", "absence_reason"},
    "school.reschedule_requests": {"reason", "decision_reason"},
    "school.lead_audit_events": {"session_login", "request_id"},
    "school.waitlist_entries": {"note"},
    "school.trials": {"note"},
    "school.pauses": {"reason"},
}
# Nobody but functions reads these: keys, and texts that may carry an activation token.
SECRET = {
    "school.webhook_endpoints": {"secret"},
    "school.deliveries": {"body", "activation_token_hash"},
}
NAME_AND_ROLE = {"id", "card", "colleague_card", "role", "deleted_at"}
STATES_OF_A_PAYMENT = {
    "id",
    "sequence",
    "admission_payment_id",
    "old_status",
    "new_status",
    "old_due_on",
    "new_due_on",
    "actor_user_id",
    "created_at",
}
# What the reports have no use for, beside what is personal.
UNREPORTED = {
    "school.users": "updated_at version dates_changed_at",
    "school.leads": "updated_at version",
    "school.lead_stages": "created_at updated_at version",
    "school.instruments": "created_at updated_at version",
    "school.courses": "description created_at updated_at version",
    "school.course_plans": "created_at updated_at version",
    "school.time_slot_templates": "created_at updated_at version",
    "school.classroom_slots": "seats_changed_at created_at updated_at version",
    "school.admissions": "updated_at version teacher_ids",
    "school.admission_payments": "updated_by created_at version student_id lead_owner_id",
    "school.attendance": "marked_by marked_at original_classroom_slot_id closure_id updated_at"
    " version lead_owner_id absence_announced_by",
    "school.pauses": "is_override student_id lead_owner_id created_by",
    "school.reschedule_requests": "updated_at version lead_owner_id teacher_ids",
    "school.trials": "ended_by lead_owner_id created_by updated_at version",
    "school.waitlist_entries": "lead_owner_id created_by updated_at version",
}

COLUMNS = """
select c.oid::regclass::text, a.attname::text,
  has_column_privilege(r.oid, c.oid, a.attnum, 'select'),
  has_column_privilege(r.oid, c.oid, a.attnum, 'insert'),
  has_column_privilege(r.oid, c.oid, a.attnum, 'update')
from pg_catalog.pg_class as c
join pg_catalog.pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
cross join pg_catalog.pg_roles as r
where c.relkind in ('r', 'p') and c.relnamespace::regnamespace::text in ('school', 'auth', 'jobs')
  and r.rolname = 'school_' || %s and (%s::text is null or c.oid = %s::regclass)
"""


def is_reported(table: str, column: str) -> bool:
    """Whether analysts may read a column."""
    left_out = {*PERSONAL.get(table, set()), *UNREPORTED.get(table, "").split()}
    return "analyst" in MODEL[table].read and column not in left_out


def may_read(role: str, table: str, column: str) -> bool:
    rights = MODEL[table].read
    if column in SECRET.get(table, set()):
        return False
    if role == "analyst":
        return is_reported(table, column)
    if table == "school.users" and role in ("staff", "teacher", "student"):
        return column in NAME_AND_ROLE
    # Who finds no row may name the columns of the reports, and those that wire views join.
    if rights.get(role) is matrix.never:
        return is_reported(table, column) or (table, column) == ("school.leads", "name")
    if table == "school.admission_payment_history" and role in ("staff", "student"):
        return column in STATES_OF_A_PAYMENT
    return bool(matrix.granted_to(role) & rights.keys())


def may_write(role: str, table: str, column: str, columns: dict[str, dict[str, str]]) -> bool:
    granted = matrix.granted_to(role)
    return any(
        column in names.split()
        for holder, names in columns.get(table, {}).items()
        if holder in granted
    )


def wrong_columns(db: Database, role: str, table: str | None = None) -> list[str]:
    """Return what a role may do with columns and should not, or should and may not."""
    wrong = []
    for name, column, reads, inserts, updates in db.execute(COLUMNS, (role, table, table)):
        only = (name, column) in ONLY_ADMINS_UPDATE and "admin" in matrix.granted_to(role)
        for verb, has, should in (
            ("reads", reads, may_read(role, name, column)),
            ("inserts", inserts, may_write(role, name, column, INSERTABLE)),
            ("updates", updates, may_write(role, name, column, UPDATABLE) or only),
        ):
            if has != should:
                wrong.append(f"{role} {verb} {name}.{column}: {has}")
    return wrong


# --- functions and views -----------------------------------------------------------------------

EVERYBODY = "super_admin admin staff teacher student"
CALLERS: dict[str, str] = {
    EVERYBODY: """
        get_me update_me get_my_settings update_my_settings list_my_sessions delete_my_session
        log_out list_my_attendance create_calendar delete_calendar
        list_users get_user
        list_instruments get_instrument list_courses get_course list_course_teachers
        list_course_plans get_course_plan list_operating_days list_time_slots get_time_slot
        list_classroom_slots get_classroom_slot list_closures get_closure get_settings
        list_admissions get_admission list_attendance get_attendance
        list_reschedule_requests get_reschedule_request
        list_notifications count_unread_notifications read_notification read_all_notifications
        stream_notifications create_stream_ticket""",
    "super_admin admin staff teacher": """
        get_my_work list_lead_stages get_lead_stage list_leads count_leads get_lead record_demo
        list_lead_notes add_lead_note list_lead_audit_events list_lead_timeline
        list_classroom list_trials get_trial record_trial_outcome
        report_leads report_attendance report_occupancy report_at_risk report_teaching_hours""",
    "super_admin admin staff student": """
        list_waitlist get_waitlist_entry get_payment list_payment_history
        announce_absence withdraw_absence list_reschedule_options create_reschedule_request""",
    "super_admin admin staff": """
        create_lead update_lead delete_lead change_leads assign_lead complete_follow_up
        put_lead_tag delete_lead_tag import_leads export_leads create_export_ticket
        preview_admission create_admission preview_transfer transfer_admission
        preview_pause pause_admission create_trial cancel_trial
        create_waitlist_entry update_waitlist_entry decline_waitlist_entry withdraw_waitlist_entry
        report_revenue report_renewals""",
    "super_admin admin teacher": "mark_attendance mark_attendances",
    "super_admin admin": """
        list_access_requests get_access_request approve_access_request reject_access_request
        create_user update_user delete_user create_activation
        create_lead_stage update_lead_stage delete_lead_stage restore_lead
        create_instrument update_instrument delete_instrument create_course update_course
        delete_course put_course_teacher delete_course_teacher create_course_plan
        update_course_plan delete_course_plan set_operating_days
        create_time_slot update_time_slot delete_time_slot create_classroom_slot
        update_classroom_slot delete_classroom_slot set_substitute
        preview_closure create_closure delete_closure
        block_admission unblock_admission cancel_admission renew_admission update_payment
        approve_reschedule_request reject_reschedule_request
        list_notification_events list_jobs preview_job run_job explain_access
        list_webhooks get_webhook list_deliveries""",
    "super_admin": """
        create_webhook update_webhook delete_webhook replay_webhook retry_delivery
        update_settings""",
    "student": "withdraw_reschedule_request",
    "anonymous": "request_access get_calendar",
}
READERS: dict[str, str] = {
    EVERYBODY: """
        api.admission api.attendance api.classroom_slot api.closure api.course api.course_plan
        api.instrument api.notification api.person api.reschedule_request api.setting
        api.time_slot api.user_setting""",
    "super_admin admin staff teacher": """
        api.lead api.lead_audit_event api.lead_note api.lead_stage api.trial""",
    "super_admin admin staff student": "api.payment api.waitlist_entry",
    "super_admin admin": """
        api.user api.access_request api.delivery api.notification_event api.payment_change
        api.webhook""",
}

FUNCTIONS = """
select p.proname::text, array(
  select substr(r.rolname, 8) from pg_catalog.pg_roles as r
  where r.rolname = any (%s) and has_function_privilege(r.oid, p.oid, 'execute'))
from pg_catalog.pg_proc as p
where p.pronamespace = 'api'::regnamespace and (%s::text is null or p.proname = %s)
"""
VIEWS = """
select format('%%s.%%s', n.nspname, c.relname), array(
  select substr(r.rolname, 8) from pg_catalog.pg_roles as r
  where r.rolname = any (%s) and has_table_privilege(r.oid, c.oid, 'select'))
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where c.relkind = 'v' and n.nspname in ('api', 'analytics')
  and (%s::text is null or format('%%s.%%s', n.nspname, c.relname) = %s)
"""
OUR_ROLES = [f"school_{role}" for role in ROLES]


def _by_name(groups: dict[str, str]) -> dict[str, set[str]]:
    return {name: {*roles.split()} for roles, names in groups.items() for name in names.split()}


def wrong_functions(db: Database, name: str | None = None) -> list[str]:
    """Return the functions of schema ``api`` that are for others than the model says."""
    model = _by_name(CALLERS)
    return [
        f"{function} is for {roles}"
        for function, roles in db.execute(FUNCTIONS, (OUR_ROLES, name, name))
        if {*roles} != model.get(function, set())
    ]


def wrong_views(db: Database, name: str | None = None) -> list[str]:
    """Return the views that are for others; every report is for everybody and for analysts."""
    model = _by_name(READERS)
    reports = {*PEOPLE, "analyst"}
    return [
        f"{view} is for {roles}"
        for view, roles in db.execute(VIEWS, (OUR_ROLES, name, name))
        if {*roles} != (reports if view.startswith("analytics.") else model.get(view, set()))
    ]
