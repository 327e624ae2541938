-- Made by make baseline, of files whose SHA-256 is 746c7a82ea732cc4ea0050de85876e5a408671c5db5a6a1d1fb0f3cebcc1627e.
-- What the migrations up to 0034 make, for an empty database.

-- The cluster-wide roles and the five schemas. Runs as a superuser or as a login with CREATEROLE and
-- CREATE on the database; every later migration runs as school_owner.
-- Roles may already serve another database of this cluster, so they are created only when missing.
do $$
declare
  v_role text;
begin
  foreach v_role in array array[
    'school_owner', 'school_super_admin', 'school_admin', 'school_staff', 'school_teacher',
    'school_student', 'school_anonymous', 'school_analyst', 'school_jobs', 'school_gateway'
  ] loop
    if not exists (select from pg_catalog.pg_roles where rolname = v_role) then
      begin
        execute format('create role %I nologin', v_role);
      exception
        when duplicate_object or unique_violation then
          raise notice 'role % was made by another database meanwhile', v_role;
      end;
    end if;
  end loop;
end
$$;

-- The migrating login acts as school_owner from here on; a superuser already may.
do $$
begin
  if not (select rolsuper from pg_catalog.pg_roles where rolname = current_user) then
    execute format('grant school_owner to %I', current_user);
  end if;
end
$$;

-- The gateway may only enter: it inherits nothing and takes a role for one transaction.
-- Its defaults bind every statement of a connection, also the one that enters.
alter role school_gateway login noinherit;
alter role school_gateway set statement_timeout = '10s';
alter role school_gateway set lock_timeout = '5s';
alter role school_gateway set idle_in_transaction_session_timeout = '15s';
alter role school_gateway set default_transaction_isolation = 'read committed';
alter role school_gateway set timezone = 'UTC';
alter role school_gateway set datestyle = 'ISO, YMD';

-- A super_admin may do whatever an admin may.
grant school_admin to school_super_admin;
grant school_super_admin, school_admin, school_staff, school_teacher, school_student, school_anonymous
to school_gateway;

create schema school authorization school_owner;
create schema auth authorization school_owner;
create schema jobs authorization school_owner;
create schema api authorization school_owner;
create schema analytics authorization school_owner;

-- Only the global form takes EXECUTE away from PUBLIC; the "in schema" form does nothing.
alter default privileges for role school_owner revoke execute on functions from public;
alter default privileges for role school_owner revoke usage on types from public;

revoke create on schema public from public;
do $$
begin
  execute format('revoke temporary on database %I from public', current_database());
  execute format('grant create on database %I to school_owner', current_database());
end
$$;

-- What keeps tokens short-lived, counters fair and the notices' channel silent about who is told.

-- Whoever loses the right to be here loses the open sessions of their direct login, too: ending another's session takes
-- this role. Where the migrating login may not grant it, such a session stays open and is nobody.
do $$
begin
  grant pg_signal_backend to school_owner;
exception
  when insufficient_privilege then
    raise warning 'grant pg_signal_backend to school_owner as a superuser, or open SQL sessions outlive who is disabled';
end
$$;

-- A login of its own for the senders of e-mail and webhooks, notices that are streamed as soon as they can be seen,
-- mail that grows too old, and direct logins that only read. Runs first as the migrating login, as 0001 does, for the
-- role belongs to the cluster.
do $$
begin
  if not exists (select from pg_catalog.pg_roles where rolname = 'school_sender') then
    begin
      create role school_sender nologin;
    exception
      when duplicate_object or unique_violation then
        raise notice 'role school_sender was made by another database meanwhile';
    end;
  end if;
end
$$;

-- The sender is a member of nothing and calls four functions of schema jobs. It waits on networks between its
-- transactions, never in one.
alter role school_sender login noinherit;
alter role school_sender set statement_timeout = '30s';
alter role school_sender set lock_timeout = '5s';
alter role school_sender set idle_in_transaction_session_timeout = '15s';
alter role school_sender set default_transaction_isolation = 'read committed';
alter role school_sender set timezone = 'UTC';
alter role school_sender set datestyle = 'ISO, YMD';

-- Finding leads by any part of their text is left to pg_trgm, which every PostgreSQL brings along in its contrib package
-- and lets the owner of a database create. It lies in a schema that nobody else may use, so no login gains a function or
-- an operator by it; the index needs neither. A DBA who has it elsewhere keeps it there.
-- As in the first migration: a copied or restored database lacks this right.
do $$
begin
  execute format('grant create on database %I to school_owner', current_database());
end
$$;

-- Statements here are short and run often. Where PostgreSQL was built with LLVM it would compile those whose estimate is
-- high, row policies and all, at each call: seconds for what takes milliseconds. Runs as the migrating login, as 0001
-- does, for roles belong to the cluster.
do $$
begin
  alter role school_gateway set jit = off;
  alter role school_sender set jit = off;
  alter role school_jobs set jit = off;
exception
  when insufficient_privilege then
    raise notice 'the logins school_gateway, school_sender and school_jobs want jit = off, which somebody else must set';
end
$$;

set local role school_owner;
set local search_path = '';

CREATE SCHEMA trigrams;

COMMENT ON SCHEMA trigrams IS 'What pg_trgm brings along, for one index of school.leads; nobody''s to use.';

CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA trigrams;

CREATE TABLE auth.activation_tokens (
    token_hash bytea NOT NULL,
    user_id uuid NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT token_hash_is_sha256 CHECK ((octet_length(token_hash) = 32))
);

ALTER TABLE ONLY auth.activation_tokens FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE auth.activation_tokens IS 'Single-use tokens with which a person sets a password; using one deletes it, a new one ends the earlier ones.';

CREATE TABLE auth.calendar_tokens (
    token_hash bytea NOT NULL,
    user_id uuid NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT token_hash_is_sha256 CHECK ((octet_length(token_hash) = 32))
);

ALTER TABLE ONLY auth.calendar_tokens FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE auth.calendar_tokens IS 'The secret calendar address of a person, one at most.';

CREATE TABLE auth.catalog_fingerprint (
    kind text NOT NULL,
    name text NOT NULL,
    sha256 text NOT NULL,
    server_major integer NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT sha256_is_hexadecimal CHECK ((sha256 ~ '^[0-9a-f]{64}$'::text))
);

ALTER TABLE ONLY auth.catalog_fingerprint FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE auth.catalog_fingerprint IS 'Every object of ours as the last migration left it. Another major version of the server writes definitions in other words, so it is only compared with its own.';

CREATE TABLE auth.channel_key (
    is_the_only_row boolean DEFAULT true NOT NULL,
    key bytea DEFAULT (uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())) NOT NULL,
    CONSTRAINT key_is_long CHECK ((octet_length(key) = 32)),
    CONSTRAINT there_is_one_key CHECK (is_the_only_row)
);

ALTER TABLE ONLY auth.channel_key FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE auth.channel_key IS 'What ids of recipients are hashed with before everybody who listens can read them.';

CREATE TABLE auth.code_layer (
    is_the_only_row boolean DEFAULT true NOT NULL,
    checksum text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT code_layer_is_the_only_row_check CHECK (is_the_only_row)
);

ALTER TABLE ONLY auth.code_layer FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE auth.code_layer IS 'Which functions, views and policies this database runs.';

CREATE TABLE auth.credentials (
    user_id uuid NOT NULL,
    password_hash text NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY auth.credentials FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE auth.credentials IS 'Argon2id hashes in PHC form; a user without a row has no password yet.';

CREATE TABLE auth.direct_logins (
    login name NOT NULL,
    user_id uuid NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    read_only boolean DEFAULT false NOT NULL
);

ALTER TABLE ONLY auth.direct_logins FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE auth.direct_logins IS 'Which user a direct SQL login is. The identity of every session but the gateway''s comes from here.';

COMMENT ON COLUMN auth.direct_logins.read_only IS 'Whether the login writes nothing, whatever its person may.';

CREATE TABLE auth.failed_attempts (
    kind text NOT NULL,
    subject text NOT NULL,
    failures integer DEFAULT 0 NOT NULL,
    window_started_at timestamp with time zone DEFAULT now() NOT NULL,
    last_failed_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT kind_is_known CHECK ((kind = ANY (ARRAY['account'::text, 'account_everywhere'::text, 'address'::text, 'access_request'::text, 'reschedule_request'::text]))),
    CONSTRAINT subject_is_short CHECK ((length(subject) <= 300))
);

ALTER TABLE ONLY auth.failed_attempts FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE auth.failed_attempts IS 'Throttling counters: passwords tried per account and network, and per account everywhere; guesses and access requests per network; requests to move a class per student.';

COMMENT ON COLUMN auth.failed_attempts.subject IS 'Whose counter it is: a network (api.addresses makes it of an address), a network and an account, an account''s e-mail, or a user''s id.';

CREATE TABLE auth.idempotency_keys (
    user_id uuid NOT NULL,
    method text NOT NULL,
    path text NOT NULL,
    key text NOT NULL,
    body_sha256 bytea NOT NULL,
    status integer,
    body text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT key_is_short CHECK (((length(key) >= 1) AND (length(key) <= 255))),
    CONSTRAINT path_is_short CHECK ((length(path) <= 500))
);

ALTER TABLE ONLY auth.idempotency_keys FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE auth.idempotency_keys IS 'First answers of creating requests, kept a day; key and effect commit together.';

CREATE TABLE auth.migration_checksums (
    migration_id text NOT NULL,
    sha256 text NOT NULL
);

ALTER TABLE ONLY auth.migration_checksums FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE auth.migration_checksums IS 'What each applied migration file read like, since yoyo looks at the file name only.';

CREATE TABLE auth.sessions (
    token_hash bytea NOT NULL,
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    user_id uuid NOT NULL,
    user_agent text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT ends_after_it_starts CHECK ((created_at < expires_at)),
    CONSTRAINT token_hash_is_sha256 CHECK ((octet_length(token_hash) = 32)),
    CONSTRAINT user_agent_is_short CHECK ((length(user_agent) <= 400))
);

ALTER TABLE ONLY auth.sessions FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE auth.sessions IS 'Open sessions, by the SHA-256 of their opaque bearer token. Ending one deletes its row.';

CREATE TABLE auth.tickets (
    token_hash bytea NOT NULL,
    session_token_hash bytea NOT NULL,
    path text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT ends_after_it_starts CHECK ((created_at < expires_at)),
    CONSTRAINT path_is_short CHECK ((length(path) <= 100)),
    CONSTRAINT token_hash_is_sha256 CHECK ((octet_length(token_hash) = 32))
);

ALTER TABLE ONLY auth.tickets FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE auth.tickets IS 'Short-lived tokens that stand for a session at one address, by their SHA-256. They end with the session.';

COMMENT ON COLUMN auth.tickets.path IS 'The address that the ticket opens.';

CREATE TABLE jobs.lease (
    is_the_only_row boolean DEFAULT true CONSTRAINT leader_is_the_only_row_not_null NOT NULL,
    holder uuid CONSTRAINT leader_holder_not_null NOT NULL,
    expires_at timestamp with time zone CONSTRAINT leader_expires_at_not_null NOT NULL,
    CONSTRAINT there_is_one_lease CHECK (is_the_only_row)
);

ALTER TABLE ONLY jobs.lease FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE jobs.lease IS 'Which process runs the schedule where pg_cron does not, for as long as it renews its lease.';

CREATE TABLE jobs.runs (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    name text NOT NULL,
    run_on date NOT NULL,
    started_at timestamp with time zone DEFAULT now() NOT NULL,
    finished_at timestamp with time zone,
    rows_made integer,
    session_login name DEFAULT SESSION_USER NOT NULL,
    CONSTRAINT finished_after_it_started CHECK ((finished_at >= started_at))
);

ALTER TABLE ONLY jobs.runs FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE jobs.runs IS 'Every run of a job: for which date, when, and how many rows it made.';

CREATE TABLE jobs.schedule (
    name text NOT NULL,
    cron text NOT NULL,
    description text NOT NULL,
    is_enabled boolean DEFAULT true NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT cron_has_five_fields CHECK ((cron ~ '^\S+( \S+){4}$'::text)),
    CONSTRAINT name_is_snake_case CHECK ((name ~ '^[a-z][a-z0-9_]{0,62}$'::text))
);

ALTER TABLE ONLY jobs.schedule FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE jobs.schedule IS 'The scheduled jobs: the function of schema jobs that runs, and when (cron, UTC). Each judges by the school''s own date.';

CREATE TABLE school.access_requests (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    email text NOT NULL,
    name text NOT NULL,
    role text NOT NULL,
    message text,
    status text DEFAULT 'pending'::text NOT NULL,
    user_id uuid,
    reviewed_by uuid,
    reviewed_at timestamp with time zone,
    reason text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    version bigint DEFAULT 1 NOT NULL,
    CONSTRAINT email_is_an_address CHECK (((email ~ '^[^@[:space:]]+@[^@[:space:]]+\.[^@[:space:]]+$'::text) AND (length(email) <= 254))),
    CONSTRAINT email_is_normalised CHECK (((email IS NFC NORMALIZED) AND (email = lower((email COLLATE "C"))))),
    CONSTRAINT message_is_short CHECK ((length(message) <= 2000)),
    CONSTRAINT name_is_not_blank CHECK (((btrim(name) <> ''::text) AND (length(name) <= 200))),
    CONSTRAINT reason_is_short CHECK ((length(reason) <= 2000)),
    CONSTRAINT review_is_signed CHECK (((status = 'pending'::text) = (reviewed_at IS NULL))),
    CONSTRAINT role_is_known CHECK ((role = ANY (ARRAY['super_admin'::text, 'admin'::text, 'staff'::text, 'teacher'::text, 'student'::text]))),
    CONSTRAINT status_is_known CHECK ((status = ANY (ARRAY['pending'::text, 'approved'::text, 'rejected'::text]))),
    CONSTRAINT user_is_known_once_approved CHECK (((status = 'approved'::text) = (user_id IS NOT NULL)))
);

ALTER TABLE ONLY school.access_requests ALTER COLUMN email SET STATISTICS 0;

ALTER TABLE ONLY school.access_requests ALTER COLUMN name SET STATISTICS 0;

ALTER TABLE ONLY school.access_requests ALTER COLUMN message SET STATISTICS 0;

ALTER TABLE ONLY school.access_requests ALTER COLUMN reason SET STATISTICS 0;

ALTER TABLE ONLY school.access_requests FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE school.access_requests IS 'Requests to be let in, made without a login; user_id is set only on approval.';

CREATE TABLE school.admission_payment_history (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    sequence bigint NOT NULL,
    admission_payment_id uuid NOT NULL,
    old_status text,
    new_status text NOT NULL,
    old_notes text,
    new_notes text,
    actor_user_id uuid,
    session_login name DEFAULT SESSION_USER NOT NULL,
    request_id text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    old_due_on date,
    new_due_on date
);

ALTER TABLE ONLY school.admission_payment_history ALTER COLUMN old_notes SET STATISTICS 0;

ALTER TABLE ONLY school.admission_payment_history ALTER COLUMN new_notes SET STATISTICS 0;

ALTER TABLE ONLY school.admission_payment_history FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE school.admission_payment_history IS 'Every change of a payment. Append-only.';

COMMENT ON COLUMN school.admission_payment_history.new_due_on IS 'Null for changes of a time when none was kept.';

ALTER TABLE school.admission_payment_history ALTER COLUMN sequence ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME school.admission_payment_history_sequence_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE school.admission_payments (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    admission_id uuid NOT NULL,
    status text DEFAULT 'unpaid'::text NOT NULL,
    notes text,
    updated_by uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    version bigint DEFAULT 1 NOT NULL,
    student_id uuid,
    lead_owner_id uuid,
    due_on date DEFAULT CURRENT_DATE NOT NULL,
    paid_on date,
    CONSTRAINT due_on_is_within_reason CHECK (((due_on >= '1900-01-01'::date) AND (due_on <= '2200-12-31'::date))),
    CONSTRAINT notes_are_short CHECK ((length(notes) <= 5000)),
    CONSTRAINT paid_on_a_date_when_paid CHECK (((status = 'paid'::text) OR (paid_on IS NULL))),
    CONSTRAINT status_is_paid_or_unpaid CHECK ((status = ANY (ARRAY['paid'::text, 'unpaid'::text])))
);

ALTER TABLE ONLY school.admission_payments ALTER COLUMN notes SET STATISTICS 0;

ALTER TABLE ONLY school.admission_payments FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE school.admission_payments IS 'Paid or not, with notes. No money is moved here.';

COMMENT ON COLUMN school.admission_payments.student_id IS 'The student of the admission, kept here for the policies.';

COMMENT ON COLUMN school.admission_payments.lead_owner_id IS 'As of the admission.';

COMMENT ON COLUMN school.admission_payments.due_on IS 'The start date of the admission, unless an admin set another.';

COMMENT ON COLUMN school.admission_payments.paid_on IS 'The local date of the last change to paid; null while unpaid, and where nobody knows.';

CREATE TABLE school.admission_sight (
    admission_id uuid NOT NULL,
    viewer_role text NOT NULL,
    viewer_id uuid NOT NULL,
    created_at timestamp with time zone NOT NULL,
    student_id uuid NOT NULL,
    student_name text NOT NULL,
    CONSTRAINT viewer_is_staff_or_teacher CHECK ((viewer_role = ANY (ARRAY['staff'::text, 'teacher'::text])))
);

ALTER TABLE ONLY school.admission_sight FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE school.admission_sight IS 'Which admissions, and so which students, staff and teachers are shown, in the orders of their lists; kept by triggers. Nobody''s to read: the policies decide by the keys on the admission.';

COMMENT ON COLUMN school.admission_sight.created_at IS 'As of the admission.';

COMMENT ON COLUMN school.admission_sight.student_name IS 'As of the student.';

CREATE TABLE school.admission_slots (
    admission_id uuid NOT NULL,
    time_slot_id uuid NOT NULL,
    classroom_slot_id uuid NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY school.admission_slots FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE school.admission_slots IS 'The weekly times an admission was made for, and the class each resolved to.';

CREATE TABLE school.admissions (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    lead_id uuid,
    student_id uuid NOT NULL,
    course_id uuid NOT NULL,
    course_plan_id uuid NOT NULL,
    renewed_from_id uuid,
    start_date date NOT NULL,
    total_classes integer NOT NULL,
    status text DEFAULT 'active'::text NOT NULL,
    status_reason text,
    created_by uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    version bigint DEFAULT 1 NOT NULL,
    lead_owner_id uuid,
    teacher_ids jsonb DEFAULT '[]'::jsonb NOT NULL,
    price numeric(12,2),
    CONSTRAINT price_is_not_negative CHECK ((price >= (0)::numeric)),
    CONSTRAINT start_date_is_within_reason CHECK (((start_date >= '1900-01-01'::date) AND (start_date <= '2200-12-31'::date))),
    CONSTRAINT status_is_known CHECK ((status = ANY (ARRAY['active'::text, 'blocked'::text, 'cancelled'::text, 'completed'::text]))),
    CONSTRAINT status_reason_is_short CHECK ((length(status_reason) <= 1000)),
    CONSTRAINT total_classes_is_1_to_500 CHECK (((total_classes >= 1) AND (total_classes <= 500)))
);

ALTER TABLE ONLY school.admissions ALTER COLUMN status_reason SET STATISTICS 0;

ALTER TABLE ONLY school.admissions FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE school.admissions IS 'A student taking a plan of a course.';

COMMENT ON COLUMN school.admissions.total_classes IS 'The plan''s number of classes when it was bought; plans may change later.';

COMMENT ON COLUMN school.admissions.lead_owner_id IS 'The owner of the lead it came of, kept here for the policies; null when the lead is deleted.';

COMMENT ON COLUMN school.admissions.teacher_ids IS 'The teachers of its weekly and of its dated classes, an array of ids, kept here for the policies.';

COMMENT ON COLUMN school.admissions.price IS 'The plan''s price when it was bought, null when it had none; plans may change later.';

CREATE TABLE school.attendance (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    admission_id uuid NOT NULL,
    student_id uuid NOT NULL,
    classroom_slot_id uuid NOT NULL,
    teacher_id uuid NOT NULL,
    class_date date NOT NULL,
    start_time time without time zone NOT NULL,
    end_time time without time zone NOT NULL,
    status text DEFAULT 'scheduled'::text NOT NULL,
    note text,
    marked_by uuid,
    marked_at timestamp with time zone,
    original_class_date date,
    original_classroom_slot_id uuid,
    closure_id uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    version bigint DEFAULT 1 NOT NULL,
    lead_owner_id uuid,
    absence_announced_at timestamp with time zone,
    absence_announced_by uuid,
    absence_reason text,
    CONSTRAINT a_reason_is_of_an_absence CHECK (((absence_announced_at IS NOT NULL) OR (absence_reason IS NULL))),
    CONSTRAINT absence_is_signed CHECK (((absence_announced_at IS NULL) = (absence_announced_by IS NULL))),
    CONSTRAINT absence_reason_is_short CHECK ((length(absence_reason) <= 2000)),
    CONSTRAINT class_date_is_within_reason CHECK (((class_date >= '1900-01-01'::date) AND (class_date <= '2200-12-31'::date))),
    CONSTRAINT ends_after_it_starts CHECK ((start_time < end_time)),
    CONSTRAINT mark_is_signed CHECK (((marked_by IS NULL) = (marked_at IS NULL))),
    CONSTRAINT note_is_short CHECK ((length(note) <= 2000)),
    CONSTRAINT status_is_known CHECK ((status = ANY (ARRAY['scheduled'::text, 'present'::text, 'late'::text, 'absent'::text, 'cancelled'::text]))),
    CONSTRAINT who_is_scheduled_is_not_marked CHECK (((status <> 'scheduled'::text) OR (marked_by IS NULL)))
);

ALTER TABLE ONLY school.attendance ALTER COLUMN note SET STATISTICS 0;

ALTER TABLE ONLY school.attendance ALTER COLUMN absence_reason SET STATISTICS 0;

ALTER TABLE ONLY school.attendance FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE school.attendance IS 'One row per student and class date, made for the whole plan at admission.';

COMMENT ON COLUMN school.attendance.teacher_id IS 'Who teaches this class: the teacher of the class, or the substitute of that date. Past rows keep who taught.';

COMMENT ON COLUMN school.attendance.start_time IS 'Local time of this class, kept with it, so that later changes of the timetable do not rewrite the past.';

COMMENT ON COLUMN school.attendance.original_class_date IS 'The date before the first move; null when never moved.';

COMMENT ON COLUMN school.attendance.lead_owner_id IS 'As of the admission.';

COMMENT ON COLUMN school.attendance.absence_announced_at IS 'When somebody said that the student will not come: the place on that date is free for others.';

CREATE TABLE school.attendance_history (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    sequence bigint NOT NULL,
    attendance_id uuid NOT NULL,
    field text NOT NULL,
    old jsonb,
    new jsonb,
    actor_user_id uuid,
    session_login name DEFAULT SESSION_USER NOT NULL,
    request_id text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT something_changed CHECK ((old IS DISTINCT FROM new))
);

ALTER TABLE ONLY school.attendance_history ALTER COLUMN old SET STATISTICS 0;

ALTER TABLE ONLY school.attendance_history ALTER COLUMN new SET STATISTICS 0;

ALTER TABLE ONLY school.attendance_history FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE school.attendance_history IS 'Every change of a class of a student: which column, from what, to what, by whom. Append-only.';

ALTER TABLE school.attendance_history ALTER COLUMN sequence ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME school.attendance_history_sequence_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE school.class_substitutes (
    classroom_slot_id uuid NOT NULL,
    class_date date NOT NULL,
    teacher_id uuid NOT NULL,
    created_by uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT class_date_is_within_reason CHECK (((class_date >= '1900-01-01'::date) AND (class_date <= '2200-12-31'::date)))
);

ALTER TABLE ONLY school.class_substitutes FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE school.class_substitutes IS 'Who teaches a class on one date instead of its teacher.';

CREATE TABLE school.classroom_enrollments (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    student_id uuid NOT NULL,
    classroom_slot_id uuid NOT NULL,
    admission_id uuid NOT NULL,
    status text DEFAULT 'active'::text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT status_is_active_or_inactive CHECK ((status = ANY (ARRAY['active'::text, 'inactive'::text])))
);

ALTER TABLE ONLY school.classroom_enrollments FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE school.classroom_enrollments IS 'Seats: an active row takes one seat of its class, an inactive one none.';

CREATE TABLE school.classroom_slots (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    time_slot_id uuid NOT NULL,
    course_id uuid NOT NULL,
    teacher_id uuid NOT NULL,
    capacity integer NOT NULL,
    seats_changed_at timestamp with time zone DEFAULT now() NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    version bigint DEFAULT 1 NOT NULL,
    deleted_at timestamp with time zone,
    CONSTRAINT capacity_is_1_to_1000 CHECK (((capacity >= 1) AND (capacity <= 1000)))
);

ALTER TABLE ONLY school.classroom_slots FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE school.classroom_slots IS 'A weekly class: time slot, course, teacher and number of seats.';

COMMENT ON COLUMN school.classroom_slots.seats_changed_at IS 'Written by every change of enrollments, so that at REPEATABLE READ and above two takers of one seat collide (40001) instead of overselling it.';

CREATE TABLE school.course_plans (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    course_id uuid NOT NULL,
    name text NOT NULL,
    total_classes integer NOT NULL,
    classes_per_week integer NOT NULL,
    price numeric(12,2),
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    version bigint DEFAULT 1 NOT NULL,
    deleted_at timestamp with time zone,
    CONSTRAINT classes_per_week_is_1_to_14 CHECK (((classes_per_week >= 1) AND (classes_per_week <= 14))),
    CONSTRAINT name_is_not_blank CHECK (((btrim(name) <> ''::text) AND (length(name) <= 200))),
    CONSTRAINT price_is_not_negative CHECK ((price >= (0)::numeric)),
    CONSTRAINT total_classes_is_1_to_500 CHECK (((total_classes >= 1) AND (total_classes <= 500)))
);

ALTER TABLE ONLY school.course_plans FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE school.course_plans IS 'What a student buys: so many classes, so many a week.';

CREATE TABLE school.course_teachers (
    course_id uuid NOT NULL,
    teacher_id uuid NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY school.course_teachers FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE school.course_teachers IS 'Who may teach which course; unique (course, teacher).';

CREATE TABLE school.courses (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    instrument_id uuid NOT NULL,
    name text NOT NULL,
    description text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    version bigint DEFAULT 1 NOT NULL,
    deleted_at timestamp with time zone,
    CONSTRAINT description_is_short CHECK ((length(description) <= 5000)),
    CONSTRAINT name_is_not_blank CHECK (((btrim(name) <> ''::text) AND (length(name) <= 200)))
);

ALTER TABLE ONLY school.courses FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE school.courses IS 'Courses, each of one instrument.';

CREATE TABLE school.deliveries (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    sequence bigint NOT NULL,
    kind text NOT NULL,
    type text NOT NULL,
    event_id uuid,
    entity_id uuid NOT NULL,
    recipient_user_id uuid,
    activation_token_hash bytea,
    endpoint_id uuid,
    address text NOT NULL,
    subject text,
    body text,
    status text DEFAULT 'pending'::text NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    next_attempt_at timestamp with time zone DEFAULT now() NOT NULL,
    last_error text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    sent_at timestamp with time zone,
    retried_at timestamp with time zone,
    CONSTRAINT attempts_are_counted CHECK ((attempts >= 0)),
    CONSTRAINT email_goes_to_a_person CHECK (((kind = 'email'::text) = (recipient_user_id IS NOT NULL))),
    CONSTRAINT error_is_short CHECK ((length(last_error) <= 500)),
    CONSTRAINT invitation_has_a_text_while_it_waits CHECK (((kind <> 'email'::text) OR (((event_id IS NULL) AND (status = 'pending'::text)) = (body IS NOT NULL)))),
    CONSTRAINT kind_is_known CHECK ((kind = ANY (ARRAY['email'::text, 'webhook'::text]))),
    CONSTRAINT sent_is_stamped CHECK (((status = 'sent'::text) = (sent_at IS NOT NULL))),
    CONSTRAINT status_is_known CHECK ((status = ANY (ARRAY['pending'::text, 'sent'::text, 'dead'::text]))),
    CONSTRAINT token_goes_with_the_text CHECK (((body IS NOT NULL) OR (activation_token_hash IS NULL))),
    CONSTRAINT webhook_goes_to_an_endpoint CHECK (((kind = 'webhook'::text) = (endpoint_id IS NOT NULL))),
    CONSTRAINT webhook_tells_of_an_event CHECK (((kind <> 'webhook'::text) OR ((event_id IS NOT NULL) AND (body IS NULL))))
);

ALTER TABLE ONLY school.deliveries ALTER COLUMN address SET STATISTICS 0;

ALTER TABLE ONLY school.deliveries ALTER COLUMN subject SET STATISTICS 0;

ALTER TABLE ONLY school.deliveries ALTER COLUMN body SET STATISTICS 0;

ALTER TABLE ONLY school.deliveries ALTER COLUMN last_error SET STATISTICS 0;

ALTER TABLE ONLY school.deliveries FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE school.deliveries IS 'The outbox: what is to be sent, written in the transaction of its cause, and what became of it. Sent at least once; a sender that ends in between is made up for.';

COMMENT ON COLUMN school.deliveries.event_id IS 'What it tells of. An e-mail tells of all that the transaction of this event made for its recipient.';

COMMENT ON COLUMN school.deliveries.entity_id IS 'What it speaks of: an endpoint hears of one entity in the order of sequence.';

COMMENT ON COLUMN school.deliveries.activation_token_hash IS 'An invitation goes with its token: with a token that is spent, replaced or past the e-mail not yet sent goes, too.';

COMMENT ON COLUMN school.deliveries.subject IS 'The subject of an e-mail; that of one about an event is made when it is sent first.';

COMMENT ON COLUMN school.deliveries.body IS 'The text of an invitation while it waits, readable by nobody; other texts are made when they are sent.';

COMMENT ON COLUMN school.deliveries.next_attempt_at IS 'When it may be tried next; while it is being sent, when that is held to have failed.';

COMMENT ON COLUMN school.deliveries.retried_at IS 'When a dead one was given all its attempts again, from which its age counts anew.';

ALTER TABLE school.deliveries ALTER COLUMN sequence ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME school.deliveries_sequence_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE school.held_seats (
    waitlist_entry_id uuid NOT NULL,
    classroom_slot_id uuid NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY school.held_seats FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE school.held_seats IS 'Weekly seats held for somebody who was offered them: a row takes one seat of its class until the offer ends.';

CREATE TABLE school.instruments (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    name text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    version bigint DEFAULT 1 NOT NULL,
    deleted_at timestamp with time zone,
    CONSTRAINT name_is_not_blank CHECK (((btrim(name) <> ''::text) AND (length(name) <= 200)))
);

ALTER TABLE ONLY school.instruments FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE school.instruments IS 'Instruments taught.';

CREATE TABLE school.lead_audit_events (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    sequence bigint NOT NULL,
    lead_id uuid NOT NULL,
    field text NOT NULL,
    old jsonb,
    new jsonb,
    actor_user_id uuid,
    session_login name DEFAULT SESSION_USER NOT NULL,
    request_id text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT field_is_not_blank CHECK (((btrim(field) <> ''::text) AND (length(field) <= 60))),
    CONSTRAINT something_changed CHECK ((old IS DISTINCT FROM new))
);

ALTER TABLE ONLY school.lead_audit_events ALTER COLUMN old SET STATISTICS 0;

ALTER TABLE ONLY school.lead_audit_events ALTER COLUMN new SET STATISTICS 0;

ALTER TABLE ONLY school.lead_audit_events FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE school.lead_audit_events IS 'Every change of a lead: which member (its wire name), from what, to what, by whom. Append-only.';

ALTER TABLE school.lead_audit_events ALTER COLUMN sequence ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME school.lead_audit_events_sequence_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE school.lead_notes (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    lead_id uuid NOT NULL,
    author_id uuid,
    body text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    lead_owner_id uuid,
    lead_teacher_id uuid,
    lead_is_live boolean DEFAULT true NOT NULL,
    CONSTRAINT body_is_not_blank CHECK (((btrim(body) <> ''::text) AND (length(body) <= 5000)))
);

ALTER TABLE ONLY school.lead_notes ALTER COLUMN body SET STATISTICS 0;

ALTER TABLE ONLY school.lead_notes FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE school.lead_notes IS 'What was said, by whom.';

COMMENT ON COLUMN school.lead_notes.lead_owner_id IS 'The owner of the lead, kept here for the policies.';

COMMENT ON COLUMN school.lead_notes.lead_teacher_id IS 'The teacher assigned to the lead, kept here for the policies.';

COMMENT ON COLUMN school.lead_notes.lead_is_live IS 'Whether the lead is not deleted, kept here for the policies.';

CREATE TABLE school.lead_stages (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    name text NOT NULL,
    "position" integer NOT NULL,
    kind text DEFAULT 'open'::text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    version bigint DEFAULT 1 NOT NULL,
    deleted_at timestamp with time zone,
    CONSTRAINT kind_is_known CHECK ((kind = ANY (ARRAY['open'::text, 'won'::text, 'lost'::text]))),
    CONSTRAINT name_is_not_blank CHECK (((btrim(name) <> ''::text) AND (length(name) <= 200))),
    CONSTRAINT position_is_0_to_10000 CHECK ((("position" >= 0) AND ("position" <= 10000)))
);

ALTER TABLE ONLY school.lead_stages FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE school.lead_stages IS 'Steps of the sales pipeline, by position.';

CREATE TABLE school.lead_tags (
    lead_id uuid NOT NULL,
    tag text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    lead_owner_id uuid,
    lead_teacher_id uuid,
    lead_is_live boolean DEFAULT true NOT NULL,
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    CONSTRAINT tag_is_not_blank CHECK (((btrim(tag) <> ''::text) AND (length(tag) <= 60)))
);

ALTER TABLE ONLY school.lead_tags ALTER COLUMN tag SET STATISTICS 0;

ALTER TABLE ONLY school.lead_tags FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE school.lead_tags IS 'Free labels of a lead.';

COMMENT ON COLUMN school.lead_tags.lead_owner_id IS 'The owner of the lead, kept here for the policies.';

COMMENT ON COLUMN school.lead_tags.lead_teacher_id IS 'The teacher assigned to the lead, kept here for the policies.';

COMMENT ON COLUMN school.lead_tags.lead_is_live IS 'Whether the lead is not deleted, kept here for the policies.';

CREATE TABLE school.leads (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    stage_id uuid NOT NULL,
    owner_id uuid,
    assigned_teacher_id uuid,
    name text NOT NULL,
    phone text,
    phone_key text,
    email text,
    area text,
    community text,
    address text,
    guardian_name text,
    age integer,
    expected_budget numeric(12,2),
    number_of_contact_attempts integer DEFAULT 0 NOT NULL,
    last_contacted_date date,
    next_follow_up date,
    walk_in_date date,
    demo_date date,
    demo_conducted boolean DEFAULT false NOT NULL,
    follow_up_date date NOT NULL,
    follow_up_status text DEFAULT 'open'::text NOT NULL,
    source text,
    lost_reason text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    version bigint DEFAULT 1 NOT NULL,
    deleted_at timestamp with time zone,
    search_text text DEFAULT ''::text NOT NULL,
    CONSTRAINT address_is_short CHECK ((length(address) <= 500)),
    CONSTRAINT age_is_0_to_120 CHECK (((age >= 0) AND (age <= 120))),
    CONSTRAINT area_is_short CHECK ((length(area) <= 200)),
    CONSTRAINT community_is_short CHECK ((length(community) <= 200)),
    CONSTRAINT contact_attempts_are_counted CHECK (((number_of_contact_attempts >= 0) AND (number_of_contact_attempts <= 100000))),
    CONSTRAINT demo_date_is_within_reason CHECK (((demo_date >= '1900-01-01'::date) AND (demo_date <= '2200-12-31'::date))),
    CONSTRAINT email_is_an_address CHECK (((email ~ '^[^@[:space:]]+@[^@[:space:]]+\.[^@[:space:]]+$'::text) AND (length(email) <= 254))),
    CONSTRAINT email_is_normalised CHECK (((email IS NFC NORMALIZED) AND (email = lower((email COLLATE "C"))))),
    CONSTRAINT expected_budget_is_not_negative CHECK ((expected_budget >= (0)::numeric)),
    CONSTRAINT follow_up_date_is_within_reason CHECK (((follow_up_date >= '1900-01-01'::date) AND (follow_up_date <= '2200-12-31'::date))),
    CONSTRAINT follow_up_status_is_open_or_done CHECK ((follow_up_status = ANY (ARRAY['open'::text, 'done'::text]))),
    CONSTRAINT guardian_name_is_short CHECK ((length(guardian_name) <= 200)),
    CONSTRAINT has_phone_or_email CHECK (((phone IS NOT NULL) OR (email IS NOT NULL))),
    CONSTRAINT last_contacted_date_is_within_reason CHECK (((last_contacted_date >= '1900-01-01'::date) AND (last_contacted_date <= '2200-12-31'::date))),
    CONSTRAINT lost_reason_is_short CHECK ((length(lost_reason) <= 1000)),
    CONSTRAINT name_is_not_blank CHECK (((btrim(name) <> ''::text) AND (length(name) <= 200))),
    CONSTRAINT next_follow_up_is_within_reason CHECK (((next_follow_up >= '1900-01-01'::date) AND (next_follow_up <= '2200-12-31'::date))),
    CONSTRAINT phone_is_short CHECK (((length(phone) >= 1) AND (length(phone) <= 40))),
    CONSTRAINT phone_key_is_short CHECK (((length(phone_key) >= 1) AND (length(phone_key) <= 40))),
    CONSTRAINT source_is_short CHECK ((length(source) <= 200)),
    CONSTRAINT walk_in_date_is_within_reason CHECK (((walk_in_date >= '1900-01-01'::date) AND (walk_in_date <= '2200-12-31'::date)))
);

ALTER TABLE ONLY school.leads ALTER COLUMN name SET STATISTICS 0;

ALTER TABLE ONLY school.leads ALTER COLUMN phone SET STATISTICS 0;

ALTER TABLE ONLY school.leads ALTER COLUMN phone_key SET STATISTICS 0;

ALTER TABLE ONLY school.leads ALTER COLUMN email SET STATISTICS 0;

ALTER TABLE ONLY school.leads ALTER COLUMN area SET STATISTICS 0;

ALTER TABLE ONLY school.leads ALTER COLUMN community SET STATISTICS 0;

ALTER TABLE ONLY school.leads ALTER COLUMN address SET STATISTICS 0;

ALTER TABLE ONLY school.leads ALTER COLUMN guardian_name SET STATISTICS 0;

ALTER TABLE ONLY school.leads ALTER COLUMN source SET STATISTICS 0;

ALTER TABLE ONLY school.leads ALTER COLUMN lost_reason SET STATISTICS 0;

ALTER TABLE ONLY school.leads ALTER COLUMN search_text SET STATISTICS 0;

ALTER TABLE ONLY school.leads FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE school.leads IS 'Enquiries. Staff see the leads they own and the unowned ones, teachers those assigned to them.';

COMMENT ON COLUMN school.leads.phone_key IS 'The phone in canonical form, for finding duplicates; the phone itself is kept as given.';

COMMENT ON COLUMN school.leads.search_text IS 'Name, phone, e-mail and guardian, lower case, as search compares them.';

CREATE TABLE school.mail_templates (
    type text NOT NULL,
    locale text NOT NULL,
    subject text NOT NULL,
    body text NOT NULL,
    CONSTRAINT body_is_not_blank CHECK (((btrim(body) <> ''::text) AND (length(body) <= 20000))),
    CONSTRAINT locale_is_a_language_tag CHECK (((locale ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$'::text) AND (length(locale) <= 35))),
    CONSTRAINT subject_is_a_line CHECK (((btrim(subject) <> ''::text) AND (length(subject) <= 200) AND (subject !~ '[[:cntrl:]]'::text))),
    CONSTRAINT type_is_short CHECK (((type ~ '^[a-z_]+(\.[a-z0-9_]+)?$'::text) AND (length(type) <= 60)))
);

ALTER TABLE ONLY school.mail_templates FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE school.mail_templates IS 'The texts of e-mails, plain, by type and language. {recipientName} stands for the recipient, {schoolName} for the school, {day}, {title} and {body} for a notice''s own, {token} and {expiresAt} for an activation''s, and every member of an event''s payload for itself. A translation is another row; type notice serves types without one of their own. Type notices tells of several: {title} is that of the first, {others} how many there are besides, {count} all of them, {lines} a line for each.';

CREATE TABLE school.notification_events (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    sequence bigint NOT NULL,
    type text NOT NULL,
    entity_type text NOT NULL,
    entity_id uuid NOT NULL,
    actor_user_id uuid,
    payload jsonb DEFAULT '{}'::jsonb NOT NULL,
    day date NOT NULL,
    session_login name DEFAULT SESSION_USER NOT NULL,
    request_id text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT day_is_within_reason CHECK (((day >= '1900-01-01'::date) AND (day <= '2200-12-31'::date))),
    CONSTRAINT entity_type_is_known CHECK ((entity_type = ANY (ARRAY['lead'::text, 'admission'::text, 'reschedule_request'::text, 'access_request'::text, 'course'::text, 'closure'::text, 'classroom_slot'::text, 'waitlist_entry'::text, 'trial'::text]))),
    CONSTRAINT payload_is_an_object CHECK ((jsonb_typeof(payload) = 'object'::text)),
    CONSTRAINT type_is_dotted CHECK (((type ~ '^[a-z_]+\.[a-z0-9_]+$'::text) AND (length(type) <= 60)))
);

ALTER TABLE ONLY school.notification_events ALTER COLUMN payload SET STATISTICS 0;

ALTER TABLE ONLY school.notification_events FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE school.notification_events IS 'The source of truth of all notices: what happened, to what, by whom, on which business day. Append-only.';

ALTER TABLE school.notification_events ALTER COLUMN sequence ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME school.notification_events_sequence_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE school.notification_types (
    type text NOT NULL,
    sequence integer NOT NULL,
    entity_types text[] NOT NULL,
    recipients text[] NOT NULL,
    title text NOT NULL,
    body text NOT NULL,
    is_scheduled boolean DEFAULT false NOT NULL,
    may_be_muted boolean DEFAULT true NOT NULL,
    is_mailed boolean DEFAULT true NOT NULL,
    is_for_webhooks boolean DEFAULT true NOT NULL,
    CONSTRAINT body_is_short CHECK ((length(body) <= 2000)),
    CONSTRAINT it_is_about_something CHECK ((cardinality(entity_types) > 0)),
    CONSTRAINT recipients_are_rules_or_members CHECK ((array_to_string(recipients, ' '::text, '?'::text) ~ '^((admins|admins_when_unowned|lead_owner|admission_student|slot_teachers|\{[A-Za-z]+\})( |$))*$'::text)),
    CONSTRAINT title_is_a_line CHECK (((btrim(title) <> ''::text) AND (length(title) <= 200) AND (title !~ '[[:cntrl:]]'::text))),
    CONSTRAINT type_is_dotted CHECK (((type ~ '^[a-z_]+\.[a-z0-9_]+$'::text) AND (length(type) <= 60)))
);

ALTER TABLE ONLY school.notification_types FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE school.notification_types IS 'The types of events: whom each concerns, how it is told, and on which ways. school.emit writes an event of one of them.';

COMMENT ON COLUMN school.notification_types.sequence IS 'Their order on the wire.';

COMMENT ON COLUMN school.notification_types.entity_types IS 'What an event of the type may be about.';

COMMENT ON COLUMN school.notification_types.recipients IS 'Whom it concerns: rules of school.recipients by name, and members of the payload in braces, like {teacherId}, that hold the id of a person or an array of them.';

COMMENT ON COLUMN school.notification_types.title IS 'The template of the title, filled in by school.notification_text.';

COMMENT ON COLUMN school.notification_types.body IS 'The template of the text: {placeholders} stand for members of the payload, for the {day}, and for the message of the first {conflict}; a part in [brackets] is left out when a placeholder in it has no value.';

COMMENT ON COLUMN school.notification_types.is_scheduled IS 'Whether the clock causes it: it is then told to everybody concerned, also to who starts the job.';

COMMENT ON COLUMN school.notification_types.may_be_muted IS 'Whether a person may turn it off (user_settings.muted_notification_types).';

COMMENT ON COLUMN school.notification_types.is_mailed IS 'Whether its notifications are sent by e-mail, too.';

COMMENT ON COLUMN school.notification_types.is_for_webhooks IS 'Whether webhooks are told of it.';

ALTER TABLE school.notification_types ALTER COLUMN sequence ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME school.notification_types_sequence_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE school.notifications (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    sequence bigint NOT NULL,
    event_id uuid NOT NULL,
    recipient_user_id uuid NOT NULL,
    type text NOT NULL,
    entity_type text NOT NULL,
    entity_id uuid NOT NULL,
    day date NOT NULL,
    title text NOT NULL,
    body text NOT NULL,
    payload jsonb DEFAULT '{}'::jsonb NOT NULL,
    read_at timestamp with time zone,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    transaction_id xid8 DEFAULT pg_current_xact_id() NOT NULL,
    snapshot pg_snapshot DEFAULT pg_current_snapshot()
);

ALTER TABLE ONLY school.notifications ALTER COLUMN title SET STATISTICS 0;

ALTER TABLE ONLY school.notifications ALTER COLUMN body SET STATISTICS 0;

ALTER TABLE ONLY school.notifications ALTER COLUMN payload SET STATISTICS 0;

ALTER TABLE ONLY school.notifications FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE school.notifications IS 'Notices per recipient, derived from the events; they can be derived again.';

COMMENT ON COLUMN school.notifications.transaction_id IS 'The transaction that made the notice: with a snapshot it tells whether a stream has sent it.';

COMMENT ON COLUMN school.notifications.snapshot IS 'What its maker could see. Whoever was sent the notice had been sent all that was visible in here: a stream resumes with the rest. Null for notices of before there was this column.';

ALTER TABLE school.notifications ALTER COLUMN sequence ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME school.notifications_sequence_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE school.operating_days (
    weekday integer NOT NULL,
    is_open boolean NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    version bigint DEFAULT 1 NOT NULL,
    CONSTRAINT weekday_is_1_to_7 CHECK (((weekday >= 1) AND (weekday <= 7)))
);

ALTER TABLE ONLY school.operating_days FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE school.operating_days IS 'Seven rows: which weekdays are open.';

CREATE TABLE school.pauses (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    admission_id uuid NOT NULL,
    start_date date NOT NULL,
    end_date date NOT NULL,
    reason text,
    is_override boolean DEFAULT false NOT NULL,
    student_id uuid,
    lead_owner_id uuid,
    created_by uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT dates_are_within_reason CHECK (((start_date >= '1900-01-01'::date) AND (end_date <= '2200-12-31'::date))),
    CONSTRAINT does_not_end_before_it_starts CHECK ((start_date <= end_date)),
    CONSTRAINT reason_is_short CHECK ((length(reason) <= 1000))
);

ALTER TABLE ONLY school.pauses ALTER COLUMN reason SET STATISTICS 0;

ALTER TABLE ONLY school.pauses FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE school.pauses IS 'Dates, both included, on which an admission has no classes; they follow at the end of its plan.';

COMMENT ON COLUMN school.pauses.is_override IS 'An admin allowed more days than the school''s policy does.';

COMMENT ON COLUMN school.pauses.student_id IS 'The student of the admission, kept here for the policies.';

COMMENT ON COLUMN school.pauses.lead_owner_id IS 'As of the admission.';

CREATE TABLE school.reschedule_requests (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    original_attendance_id uuid NOT NULL,
    student_id uuid NOT NULL,
    source_class_date date NOT NULL,
    source_classroom_slot_id uuid NOT NULL,
    class_date date NOT NULL,
    classroom_slot_id uuid NOT NULL,
    status text DEFAULT 'pending'::text NOT NULL,
    reason text,
    requested_by uuid NOT NULL,
    decided_by uuid,
    decided_at timestamp with time zone,
    decision_reason text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    version bigint DEFAULT 1 NOT NULL,
    lead_owner_id uuid,
    teacher_ids jsonb DEFAULT '[]'::jsonb NOT NULL,
    is_school_caused boolean DEFAULT false NOT NULL,
    is_override boolean DEFAULT false NOT NULL,
    admission_id uuid,
    CONSTRAINT class_date_is_within_reason CHECK (((class_date >= '1900-01-01'::date) AND (class_date <= '2200-12-31'::date))),
    CONSTRAINT decision_is_dated CHECK (((status = 'pending'::text) = (decided_at IS NULL))),
    CONSTRAINT decision_reason_is_short CHECK ((length(decision_reason) <= 2000)),
    CONSTRAINT reason_is_short CHECK ((length(reason) <= 2000)),
    CONSTRAINT status_is_known CHECK ((status = ANY (ARRAY['pending'::text, 'approved'::text, 'rejected'::text, 'withdrawn'::text, 'expired'::text, 'closed'::text])))
);

ALTER TABLE ONLY school.reschedule_requests ALTER COLUMN reason SET STATISTICS 0;

ALTER TABLE ONLY school.reschedule_requests ALTER COLUMN decision_reason SET STATISTICS 0;

ALTER TABLE ONLY school.reschedule_requests FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE school.reschedule_requests IS 'Requests to move one class of one student to another date; (class_date, classroom_slot_id) is the target.';

COMMENT ON COLUMN school.reschedule_requests.lead_owner_id IS 'As of the admission.';

COMMENT ON COLUMN school.reschedule_requests.teacher_ids IS 'Who teaches the class to be moved, and the weekly class it is of; kept here for the policies.';

COMMENT ON COLUMN school.reschedule_requests.is_school_caused IS 'The school is the cause: it does not count as a move and meets no limit of the school''s policy.';

COMMENT ON COLUMN school.reschedule_requests.is_override IS 'An admin went beyond the limits of the school''s policy; it counts as a move.';

COMMENT ON COLUMN school.reschedule_requests.admission_id IS 'The admission of the class to be moved, kept here to count its moves.';

CREATE TABLE school.school_closures (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    start_date date NOT NULL,
    end_date date NOT NULL,
    reason text NOT NULL,
    created_by uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    version bigint DEFAULT 1 NOT NULL,
    CONSTRAINT dates_are_within_reason CHECK (((start_date >= '1900-01-01'::date) AND (end_date <= '2200-12-31'::date))),
    CONSTRAINT does_not_end_before_it_starts CHECK ((start_date <= end_date)),
    CONSTRAINT reason_is_not_blank CHECK (((btrim(reason) <> ''::text) AND (length(reason) <= 500)))
);

ALTER TABLE ONLY school.school_closures FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE school.school_closures IS 'Dates, both included, on which no class is held.';

CREATE TABLE school.school_settings (
    is_the_only_row boolean DEFAULT true NOT NULL,
    school_name text DEFAULT 'My music school'::text NOT NULL,
    timezone text DEFAULT 'UTC'::text NOT NULL,
    phone_region text DEFAULT 'US'::text NOT NULL,
    locale text DEFAULT 'en'::text NOT NULL,
    currency text DEFAULT 'USD'::text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    version bigint DEFAULT 1 NOT NULL,
    reschedule_notice_hours integer DEFAULT 0 NOT NULL,
    reschedules_per_admission integer,
    reschedule_within_days integer DEFAULT 60 NOT NULL,
    waitlist_offer_hours integer DEFAULT 48 NOT NULL,
    trials_per_lead integer DEFAULT 1 NOT NULL,
    pause_days_per_admission integer DEFAULT 30 NOT NULL,
    CONSTRAINT a_pause_lasts_a_year_at_most CHECK (((pause_days_per_admission >= 0) AND (pause_days_per_admission <= 366))),
    CONSTRAINT an_offer_lasts_two_weeks_at_most CHECK (((waitlist_offer_hours >= 1) AND (waitlist_offer_hours <= 336))),
    CONSTRAINT currency_is_three_letters CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT locale_is_a_language_tag CHECK (((locale ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$'::text) AND (length(locale) <= 35))),
    CONSTRAINT phone_region_is_two_letters CHECK ((phone_region ~ '^[A-Z]{2}$'::text)),
    CONSTRAINT reschedule_notice_is_two_weeks_at_most CHECK (((reschedule_notice_hours >= 0) AND (reschedule_notice_hours <= 336))),
    CONSTRAINT reschedules_are_a_hundred_at_most CHECK (((reschedules_per_admission >= 0) AND (reschedules_per_admission <= 100))),
    CONSTRAINT reschedules_lie_within_a_year CHECK (((reschedule_within_days >= 1) AND (reschedule_within_days <= 365))),
    CONSTRAINT school_name_is_not_blank CHECK (((btrim(school_name) <> ''::text) AND (length(school_name) <= 200))),
    CONSTRAINT there_is_one_school CHECK (is_the_only_row),
    CONSTRAINT timezone_is_short CHECK (((length(timezone) >= 1) AND (length(timezone) <= 64))),
    CONSTRAINT trials_are_ten_at_most CHECK (((trials_per_lead >= 0) AND (trials_per_lead <= 10)))
);

ALTER TABLE ONLY school.school_settings FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE school.school_settings IS 'The one school of this database: its name, its time zone (all dates are its local dates) and defaults.';

COMMENT ON COLUMN school.school_settings.reschedules_per_admission IS 'How many classes a plan may move; null for any.';

CREATE TABLE school.time_slot_templates (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    weekday integer NOT NULL,
    start_time time without time zone NOT NULL,
    end_time time without time zone NOT NULL,
    is_active boolean DEFAULT true NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    version bigint DEFAULT 1 NOT NULL,
    deleted_at timestamp with time zone,
    CONSTRAINT ends_after_it_starts CHECK ((start_time < end_time)),
    CONSTRAINT times_are_whole_minutes CHECK (((EXTRACT(second FROM start_time) = (0)::numeric) AND (EXTRACT(second FROM end_time) = (0)::numeric) AND (end_time < '24:00:00'::time without time zone))),
    CONSTRAINT weekday_is_1_to_7 CHECK (((weekday >= 1) AND (weekday <= 7)))
);

ALTER TABLE ONLY school.time_slot_templates FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE school.time_slot_templates IS 'Weekly times at which classes may be held; [start_time, end_time), within one day.';

CREATE TABLE school.trials (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    lead_id uuid NOT NULL,
    classroom_slot_id uuid NOT NULL,
    course_id uuid NOT NULL,
    teacher_id uuid NOT NULL,
    class_date date NOT NULL,
    start_time time without time zone NOT NULL,
    end_time time without time zone NOT NULL,
    status text DEFAULT 'booked'::text NOT NULL,
    note text,
    ended_at timestamp with time zone,
    ended_by uuid,
    lead_owner_id uuid,
    created_by uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    version bigint DEFAULT 1 NOT NULL,
    CONSTRAINT an_end_is_dated CHECK (((status = 'booked'::text) = (ended_at IS NULL))),
    CONSTRAINT class_date_is_within_reason CHECK (((class_date >= '1900-01-01'::date) AND (class_date <= '2200-12-31'::date))),
    CONSTRAINT ends_after_it_starts CHECK ((start_time < end_time)),
    CONSTRAINT note_is_short CHECK ((length(note) <= 2000)),
    CONSTRAINT status_is_known CHECK ((status = ANY (ARRAY['booked'::text, 'attended'::text, 'missed'::text, 'cancelled'::text])))
);

ALTER TABLE ONLY school.trials ALTER COLUMN note SET STATISTICS 0;

ALTER TABLE ONLY school.trials FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE school.trials IS 'A lead sitting in one class on one date; booked, it takes a place on that date, and no weekly seat.';

COMMENT ON COLUMN school.trials.teacher_id IS 'Who teaches the class on that date: its teacher, or the substitute.';

COMMENT ON COLUMN school.trials.lead_owner_id IS 'The owner of the lead, kept here for the policies; null when the lead is deleted.';

CREATE TABLE school.user_settings (
    user_id uuid NOT NULL,
    locale text,
    timezone text,
    muted_notification_types text[] DEFAULT '{}'::text[] NOT NULL,
    preferences jsonb DEFAULT '{}'::jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    version bigint DEFAULT 1 NOT NULL,
    CONSTRAINT access_requests_are_never_muted CHECK ((NOT ('access.requested'::text = ANY (muted_notification_types)))),
    CONSTRAINT locale_is_a_language_tag CHECK (((locale ~ '^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$'::text) AND (length(locale) <= 35))),
    CONSTRAINT muted_types_are_few CHECK ((cardinality(muted_notification_types) <= 50)),
    CONSTRAINT preferences_are_an_object CHECK ((jsonb_typeof(preferences) = 'object'::text)),
    CONSTRAINT preferences_are_small CHECK ((pg_column_size(preferences) <= 65536)),
    CONSTRAINT timezone_is_short CHECK (((length(timezone) >= 1) AND (length(timezone) <= 64)))
);

ALTER TABLE ONLY school.user_settings ALTER COLUMN preferences SET STATISTICS 0;

ALTER TABLE ONLY school.user_settings FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE school.user_settings IS 'Preferences of one person; made on first use.';

CREATE TABLE school.users (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    email text,
    name text NOT NULL,
    phone text,
    role text NOT NULL,
    status text DEFAULT 'active'::text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    version bigint DEFAULT 1 NOT NULL,
    deleted_at timestamp with time zone,
    card jsonb GENERATED ALWAYS AS (jsonb_object(ARRAY['id'::text, (id)::text, 'name'::text, name])) STORED NOT NULL,
    dates_changed_at timestamp with time zone DEFAULT now() NOT NULL,
    colleague_card jsonb GENERATED ALWAYS AS (
CASE
    WHEN (role <> 'student'::text) THEN jsonb_object(ARRAY['id'::text, (id)::text, 'name'::text, name])
    ELSE NULL::jsonb
END) STORED,
    CONSTRAINT email_is_an_address CHECK (((email ~ '^[^@[:space:]]+@[^@[:space:]]+\.[^@[:space:]]+$'::text) AND (length(email) <= 254))),
    CONSTRAINT email_is_normalised CHECK (((email IS NFC NORMALIZED) AND (email = lower((email COLLATE "C"))))),
    CONSTRAINT name_is_not_blank CHECK (((btrim(name) <> ''::text) AND (length(name) <= 200))),
    CONSTRAINT phone_is_short CHECK (((length(phone) >= 1) AND (length(phone) <= 40))),
    CONSTRAINT role_is_known CHECK ((role = ANY (ARRAY['super_admin'::text, 'admin'::text, 'staff'::text, 'teacher'::text, 'student'::text]))),
    CONSTRAINT status_is_known CHECK ((status = ANY (ARRAY['active'::text, 'disabled'::text])))
);

ALTER TABLE ONLY school.users ALTER COLUMN email SET STATISTICS 0;

ALTER TABLE ONLY school.users ALTER COLUMN name SET STATISTICS 0;

ALTER TABLE ONLY school.users ALTER COLUMN phone SET STATISTICS 0;

ALTER TABLE ONLY school.users ALTER COLUMN card SET STATISTICS 0;

ALTER TABLE ONLY school.users ALTER COLUMN colleague_card SET STATISTICS 0;

ALTER TABLE ONLY school.users FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE school.users IS 'Everybody the school knows by name, whatever the role. A student without e-mail has no login.';

COMMENT ON COLUMN school.users.email IS 'Trimmed, NFC, ASCII lower case; unique among users that are not deleted; null when unknown.';

COMMENT ON COLUMN school.users.name IS 'For admins; everybody else reads names from api.person, that is from card.';

COMMENT ON COLUMN school.users.card IS '{"id", "name"}: the person as everybody sees it who sees the row at all.';

COMMENT ON COLUMN school.users.dates_changed_at IS 'When the dated classes of the person changed last: a row to collide on for those who count them.';

COMMENT ON COLUMN school.users.colleague_card IS '{"id", "name"}: as card, and null of students: what reports tell of people.';

CREATE TABLE school.waitlist_entries (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    sequence bigint NOT NULL,
    lead_id uuid,
    student_id uuid,
    course_id uuid NOT NULL,
    course_plan_id uuid,
    teacher_id uuid,
    classes_per_week integer NOT NULL,
    note text,
    status text DEFAULT 'waiting'::text NOT NULL,
    put_first_at timestamp with time zone,
    offer_expires_at timestamp with time zone,
    ended_at timestamp with time zone,
    admission_id uuid,
    lead_owner_id uuid,
    created_by uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    version bigint DEFAULT 1 NOT NULL,
    CONSTRAINT admitted_by_an_admission CHECK (((status = 'admitted'::text) OR (admission_id IS NULL))),
    CONSTRAINT an_end_is_dated CHECK (((status = ANY (ARRAY['waiting'::text, 'offered'::text])) = (ended_at IS NULL))),
    CONSTRAINT an_offer_expires CHECK (((status = 'offered'::text) = (offer_expires_at IS NOT NULL))),
    CONSTRAINT classes_per_week_is_1_to_14 CHECK (((classes_per_week >= 1) AND (classes_per_week <= 14))),
    CONSTRAINT note_is_short CHECK ((length(note) <= 2000)),
    CONSTRAINT somebody_waits CHECK ((num_nonnulls(lead_id, student_id) = 1)),
    CONSTRAINT status_is_known CHECK ((status = ANY (ARRAY['waiting'::text, 'offered'::text, 'admitted'::text, 'declined'::text, 'expired'::text, 'withdrawn'::text])))
);

ALTER TABLE ONLY school.waitlist_entries ALTER COLUMN note SET STATISTICS 0;

ALTER TABLE ONLY school.waitlist_entries FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE school.waitlist_entries IS 'A lead or a student waiting for weekly classes of a course. The place in line is told by put_first_at and sequence.';

COMMENT ON COLUMN school.waitlist_entries.classes_per_week IS 'How many weekly classes are wanted, all of them or none.';

COMMENT ON COLUMN school.waitlist_entries.put_first_at IS 'When an admin put it first; the last one put first is the first.';

COMMENT ON COLUMN school.waitlist_entries.offer_expires_at IS 'Until when the seats of school.held_seats are held.';

COMMENT ON COLUMN school.waitlist_entries.lead_owner_id IS 'The owner of the lead, kept here for the policies; null when the lead is deleted.';

ALTER TABLE school.waitlist_entries ALTER COLUMN sequence ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME school.waitlist_entries_sequence_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE school.waitlist_time_slots (
    waitlist_entry_id uuid NOT NULL,
    time_slot_id uuid NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE ONLY school.waitlist_time_slots FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE school.waitlist_time_slots IS 'The time slots that somebody who waits would take, any of them; of who has none any of the course.';

CREATE TABLE school.webhook_endpoints (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    url text NOT NULL,
    secret text NOT NULL,
    event_types text[],
    is_active boolean DEFAULT true NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL,
    version bigint DEFAULT 1 NOT NULL,
    CONSTRAINT event_types_are_some CHECK (((cardinality(event_types) >= 1) AND (cardinality(event_types) <= 50))),
    CONSTRAINT secret_is_long CHECK (((length(secret) >= 32) AND (length(secret) <= 200))),
    CONSTRAINT url_is_http CHECK (((url ~ '^https?://[^[:space:]/?#@\\]+([/?#][^[:space:]]*)?$'::text) AND (length(url) <= 2000)))
);

ALTER TABLE ONLY school.webhook_endpoints FORCE ROW LEVEL SECURITY;

COMMENT ON TABLE school.webhook_endpoints IS 'Systems of integrators that are told of events.';

COMMENT ON COLUMN school.webhook_endpoints.secret IS 'The key of the signatures; shown once, when it is made, and readable by nobody.';

COMMENT ON COLUMN school.webhook_endpoints.event_types IS 'The types it is told of; null for all of them.';

insert into auth.channel_key (is_the_only_row)
overriding system value
values
  ('true');

insert into jobs.schedule (name, cron, description, is_enabled)
overriding system value
values
  ('complete_admissions', '5,35 * * * *', 'Completes admissions whose plan has run out and frees their seats.', 'true'),
  ('expire_offers', '*/5 * * * *', 'Ends offers of the waiting list that have run out, and offers the seats on.', 'true'),
  ('expire_reschedule_requests', '*/5 * * * *', 'Expires requests whose class has begun.', 'true'),
  ('follow_ups_due', '*/15 * * * *', 'Notices for follow-ups that are due.', 'true'),
  ('purge', '50 * * * *', 'Removes ended sessions, spent tokens, old counters and idempotency keys.', 'true'),
  ('remaining_classes', '*/15 * * * *', 'Notices for plans with four or no classes left.', 'true');

insert into school.lead_stages (name, "position", kind, version, deleted_at)
overriding system value
values
  ('Admitted', '5', 'won', '1', NULL),
  ('Contacted', '2', 'open', '1', NULL),
  ('Demo done', '4', 'open', '1', NULL),
  ('Demo scheduled', '3', 'open', '1', NULL),
  ('Lost', '6', 'lost', '1', NULL),
  ('New', '1', 'open', '1', NULL);

insert into school.mail_templates (type, locale, subject, body)
overriding system value
values
  ('access.approved', 'en', '{schoolName}: you are let in', 'Hello {recipientName},

your request for access to {schoolName} was approved. Set a password with this activation token, once, until {expiresAt}:

{token}

If you did not ask, leave it be.

{schoolName}
'),
  ('access.requested', 'en', 'Somebody asks to be let in: {name}', 'Hello {recipientName},

There is a new access request: {body}.

{schoolName}

You get this e-mail because notices are sent to you by e-mail. You can turn that off in your settings.
'),
  ('account.activation', 'en', '{schoolName}: set your password', 'Hello {recipientName},

there is an account for you at {schoolName}. Set a password with this activation token, once, until {expiresAt}:

{token}

If you do not expect this e-mail, leave it be.

{schoolName}
'),
  ('admission.blocked', 'en', 'Admission blocked: {studentName}, {courseName}', 'Hello {recipientName},

The admission of {studentName} to {courseName} was blocked.
{reason}

{schoolName}

You get this e-mail because notices are sent to you by e-mail. You can turn that off in your settings.
'),
  ('admission.cancelled', 'en', 'Admission cancelled: {studentName}, {courseName}', 'Hello {recipientName},

The admission of {studentName} to {courseName} was cancelled.
{reason}

{schoolName}

You get this e-mail because notices are sent to you by e-mail. You can turn that off in your settings.
'),
  ('admission.created', 'en', 'New admission: {studentName}, {courseName}', 'Hello {recipientName},

{studentName} was admitted to {courseName}.

{schoolName}

You get this e-mail because notices are sent to you by e-mail. You can turn that off in your settings.
'),
  ('admission.paused', 'en', 'A plan pauses: {studentName}, {courseName}', 'Hello {recipientName},

{studentName} has no classes of {courseName} from {fromDate} to {toDate}; they follow at the end.
{reason}

{schoolName}

You get this e-mail because notices are sent to you by e-mail. You can turn that off in your settings.
'),
  ('admission.refused', 'en', 'Admission refused: a class is full', 'Hello {recipientName},

An admission was refused because a class is full.
{body}

{schoolName}

You get this e-mail because notices are sent to you by e-mail. You can turn that off in your settings.
'),
  ('admission.transferred', 'en', 'Another weekly time: {studentName}, {courseName}', 'Hello {recipientName},

{studentName} comes to {courseName} on {toWeekly} instead of {fromWeekly}, from {fromDate} on.

{schoolName}

You get this e-mail because notices are sent to you by e-mail. You can turn that off in your settings.
'),
  ('admission.unblocked', 'en', 'Admission unblocked: {studentName}, {courseName}', 'Hello {recipientName},

The admission of {studentName} to {courseName} goes on.
{reason}

{schoolName}

You get this e-mail because notices are sent to you by e-mail. You can turn that off in your settings.
'),
  ('class.substituted', 'en', 'Another teacher on {classDate}: {courseName}', 'Hello {recipientName},

On {classDate} {substituteName} teaches {courseName}.

{schoolName}

You get this e-mail because notices are sent to you by e-mail. You can turn that off in your settings.
'),
  ('class.teacher_changed', 'en', 'Another teacher: {courseName}', 'Hello {recipientName},

{teacherName} teaches {courseName}, {weekly}, from now on.

{schoolName}

You get this e-mail because notices are sent to you by e-mail. You can turn that off in your settings.
'),
  ('classes.remaining_0', 'en', 'No classes left: {studentName}, {courseName}', 'Hello {recipientName},

{studentName} has no classes of {courseName} left.

{schoolName}

You get this e-mail because notices are sent to you by e-mail. You can turn that off in your settings.
'),
  ('classes.remaining_4', 'en', 'Few classes left: {studentName}, {courseName}', 'Hello {recipientName},

{studentName} has {remaining} classes of {courseName} left.

{schoolName}

You get this e-mail because notices are sent to you by e-mail. You can turn that off in your settings.
'),
  ('closure.declared', 'en', '{schoolName} is closed {period}', 'Hello {recipientName},

The school is closed {period}.
{body}

{schoolName}

You get this e-mail because notices are sent to you by e-mail. You can turn that off in your settings.
'),
  ('follow_up.due', 'en', 'Follow-up due: {leadName}', 'Hello {recipientName},

The follow-up of {leadName} was due on {day}.

{schoolName}

You get this e-mail because notices are sent to you by e-mail. You can turn that off in your settings.
'),
  ('lead.assigned', 'en', 'A lead is yours: {leadName}', 'Hello {recipientName},

The lead {leadName} is now in your hands.

{schoolName}

You get this e-mail because notices are sent to you by e-mail. You can turn that off in your settings.
'),
  ('notice', 'en', '{title}', 'Hello {recipientName},

{title}
{body}

{schoolName}

You get this e-mail because notices are sent to you by e-mail. You can turn that off in your settings.
'),
  ('notices', 'en', '{title}, and {others} more', 'Hello {recipientName},

there are {count} notices for you:

{lines}

{schoolName}

You get this e-mail because notices are sent to you by e-mail. You can turn that off in your settings.
'),
  ('reschedule.approved', 'en', 'A class was moved: {courseName}', 'Hello {recipientName},

The class of {studentName} in {courseName} was moved from {fromDate} to {toDate}.

{schoolName}

You get this e-mail because notices are sent to you by e-mail. You can turn that off in your settings.
'),
  ('reschedule.rejected', 'en', 'A class was not moved: {courseName}', 'Hello {recipientName},

The class of {studentName} in {courseName} stays on {fromDate}; it was not moved to {toDate}.

{schoolName}

You get this e-mail because notices are sent to you by e-mail. You can turn that off in your settings.
'),
  ('reschedule.requested', 'en', 'A class is to be moved: {studentName}', 'Hello {recipientName},

{studentName} asks to move a class of {courseName} from {fromDate} to {toDate}.

{schoolName}

You get this e-mail because notices are sent to you by e-mail. You can turn that off in your settings.
'),
  ('trial.booked', 'en', 'A trial class: {leadName}, {courseName}', 'Hello {recipientName},

{leadName} comes to {courseName} on {classDate} at {startTime} for a trial.

{schoolName}

You get this e-mail because notices are sent to you by e-mail. You can turn that off in your settings.
'),
  ('trial.cancelled', 'en', 'A trial class is cancelled: {leadName}, {courseName}', 'Hello {recipientName},

{leadName} does not come to {courseName} on {classDate}.
{reason}

{schoolName}

You get this e-mail because notices are sent to you by e-mail. You can turn that off in your settings.
'),
  ('waitlist.expired', 'en', 'An offer has run out: {courseName}', 'Hello {recipientName},

The offer was not taken in time:
{body}.

{schoolName}

You get this e-mail because notices are sent to you by e-mail. You can turn that off in your settings.
'),
  ('waitlist.offered', 'en', 'A seat is free: {courseName}', 'Hello {recipientName},

A seat is free:
{body}.

{schoolName}

You get this e-mail because notices are sent to you by e-mail. You can turn that off in your settings.
');

insert into school.notification_types (type, sequence, entity_types, recipients, title, body, is_scheduled, may_be_muted, is_mailed, is_for_webhooks)
overriding system value
values
  ('access.requested', '10', '{access_request}', '{admins}', 'Somebody asks to be let in', '{name}, as {role}', 'false', 'false', 'true', 'true'),
  ('admission.blocked', '6', '{admission}', '{admins,admission_student,slot_teachers,lead_owner}', 'Admission blocked', '{studentName}, {courseName}[, {reason}]', 'false', 'true', 'true', 'true'),
  ('admission.cancelled', '8', '{admission}', '{admins,admission_student,slot_teachers,lead_owner}', 'Admission cancelled', '{studentName}, {courseName}[, {reason}]', 'false', 'true', 'true', 'true'),
  ('admission.created', '5', '{admission}', '{admins,admission_student,slot_teachers,lead_owner}', 'New admission', '{studentName}, {courseName}[, {reason}]', 'false', 'true', 'true', 'true'),
  ('admission.paused', '18', '{admission}', '{admins,admission_student,lead_owner,"{teacherIds}"}', 'A plan pauses', '{studentName}, {courseName}: from {fromDate} to {toDate}[, {reason}]', 'false', 'true', 'true', 'true'),
  ('admission.refused', '9', '{lead,course}', '{admins,lead_owner}', 'Admission refused: a class is full', '[{leadName}: ]{conflict}', 'false', 'true', 'true', 'true'),
  ('admission.transferred', '17', '{admission}', '{admins,admission_student,lead_owner,"{teacherIds}"}', 'Another weekly time', '{studentName}, {courseName}: {toWeekly} instead of {fromWeekly}, from {fromDate} on', 'false', 'true', 'true', 'true'),
  ('admission.unblocked', '7', '{admission}', '{admins,admission_student,slot_teachers,lead_owner}', 'Admission unblocked', '{studentName}, {courseName}[, {reason}]', 'false', 'true', 'true', 'true'),
  ('class.substituted', '15', '{classroom_slot}', '{"{substituteId}","{formerSubstituteId}","{teacherId}","{studentIds}"}', 'Another teacher on {classDate}', '{courseName}: {substituteName} teaches', 'false', 'true', 'true', 'true'),
  ('class.teacher_changed', '16', '{classroom_slot}', '{"{teacherIds}","{studentIds}"}', 'A class has another teacher', '{courseName}, {weekly}: {teacherName} teaches from now on', 'false', 'true', 'true', 'true'),
  ('classes.remaining_0', '13', '{admission}', '{admins,admission_student,lead_owner}', 'No classes left', '{studentName}, {courseName}[, {reason}]', 'true', 'true', 'true', 'true'),
  ('classes.remaining_4', '12', '{admission}', '{admins,admission_student,lead_owner}', 'Few classes left', '{studentName}, {courseName}: {remaining} left', 'true', 'true', 'true', 'true'),
  ('closure.declared', '14', '{closure}', '{"{personId}"}', 'The school is closed {period}', '{reason}[; classes that fall out: {lost}][; new dates: {added}]', 'false', 'true', 'true', 'true'),
  ('follow_up.due', '11', '{lead}', '{lead_owner,admins_when_unowned}', 'Follow-up due', '{leadName}, due {day}', 'true', 'true', 'true', 'true'),
  ('lead.assigned', '1', '{lead}', '{"{ownerId}","{assignedTeacherId}"}', 'A lead is yours', '{leadName}', 'false', 'true', 'true', 'true'),
  ('reschedule.approved', '3', '{reschedule_request}', '{"{teacherId}","{studentId}","{requestedBy}"}', 'A class was moved', '{studentName}, {courseName}: from {fromDate} to {toDate}', 'false', 'true', 'true', 'true'),
  ('reschedule.rejected', '4', '{reschedule_request}', '{"{teacherId}","{studentId}","{requestedBy}"}', 'A class was not moved', '{studentName}, {courseName}: from {fromDate} to {toDate}', 'false', 'true', 'true', 'true'),
  ('reschedule.requested', '2', '{reschedule_request}', '{admins,"{teacherId}"}', 'A class is to be moved', '{studentName}, {courseName}: from {fromDate} to {toDate}', 'false', 'true', 'true', 'true'),
  ('trial.booked', '22', '{trial}', '{lead_owner,"{teacherId}"}', 'A trial class', '{leadName}, {courseName}: on {classDate} at {startTime}', 'false', 'true', 'true', 'true'),
  ('trial.cancelled', '23', '{trial}', '{lead_owner,"{teacherId}"}', 'A trial class is cancelled', '{leadName}, {courseName}: on {classDate} at {startTime}[, {reason}]', 'false', 'true', 'true', 'true'),
  ('waitlist.expired', '20', '{waitlist_entry}', '{lead_owner,admins_when_unowned,"{studentId}"}', 'An offer has run out', '[{leadName}][{studentName}], {courseName}', 'true', 'true', 'true', 'true'),
  ('waitlist.offered', '19', '{waitlist_entry}', '{lead_owner,admins_when_unowned,"{studentId}"}', 'A seat is free and held', '[{leadName}][{studentName}], {courseName}, {weekly}: held until {expiresOn}', 'false', 'true', 'true', 'true'),
  ('waitlist.put_first', '21', '{waitlist_entry}', '{}', 'Put first in line', '[{leadName}][{studentName}], {courseName}', 'false', 'true', 'false', 'true');

insert into school.operating_days (weekday, is_open, version)
overriding system value
values
  ('1', 'true', '1'),
  ('2', 'true', '1'),
  ('3', 'true', '1'),
  ('4', 'true', '1'),
  ('5', 'true', '1'),
  ('6', 'true', '1'),
  ('7', 'false', '1');

insert into school.school_settings (is_the_only_row, school_name, timezone, phone_region, locale, currency, version, reschedule_notice_hours, reschedules_per_admission, reschedule_within_days, waitlist_offer_hours, trials_per_lead, pause_days_per_admission)
overriding system value
values
  ('true', 'My music school', 'UTC', 'US', 'en', 'USD', '1', '0', NULL, '60', '48', '1', '30');

select pg_catalog.setval('school.notification_types_sequence_seq', 23);

-- The operators of pg_trgm lie where a DBA has it.
select pg_catalog.set_config('search_path', e.extnamespace::regnamespace::text, true)
from pg_catalog.pg_extension as e
where e.extname = 'pg_trgm';

ALTER TABLE ONLY auth.activation_tokens
    ADD CONSTRAINT activation_tokens_pkey PRIMARY KEY (token_hash);

ALTER TABLE ONLY auth.calendar_tokens
    ADD CONSTRAINT calendar_tokens_pkey PRIMARY KEY (token_hash);

ALTER TABLE ONLY auth.calendar_tokens
    ADD CONSTRAINT calendar_tokens_user_id_key UNIQUE (user_id);

ALTER TABLE ONLY auth.catalog_fingerprint
    ADD CONSTRAINT catalog_fingerprint_pkey PRIMARY KEY (kind, name);

ALTER TABLE ONLY auth.channel_key
    ADD CONSTRAINT channel_key_pkey PRIMARY KEY (is_the_only_row);

ALTER TABLE ONLY auth.code_layer
    ADD CONSTRAINT code_layer_pkey PRIMARY KEY (is_the_only_row);

ALTER TABLE ONLY auth.credentials
    ADD CONSTRAINT credentials_pkey PRIMARY KEY (user_id);

ALTER TABLE ONLY auth.direct_logins
    ADD CONSTRAINT direct_logins_pkey PRIMARY KEY (login);

ALTER TABLE ONLY auth.direct_logins
    ADD CONSTRAINT direct_logins_user_id_key UNIQUE (user_id);

ALTER TABLE ONLY auth.failed_attempts
    ADD CONSTRAINT failed_attempts_pkey PRIMARY KEY (kind, subject);

ALTER TABLE ONLY auth.idempotency_keys
    ADD CONSTRAINT idempotency_keys_pkey PRIMARY KEY (user_id, method, path, key);

ALTER TABLE ONLY auth.migration_checksums
    ADD CONSTRAINT migration_checksums_pkey PRIMARY KEY (migration_id);

ALTER TABLE ONLY auth.sessions
    ADD CONSTRAINT sessions_id_key UNIQUE (id);

ALTER TABLE ONLY auth.sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (token_hash);

ALTER TABLE ONLY auth.tickets
    ADD CONSTRAINT tickets_pkey PRIMARY KEY (token_hash);

ALTER TABLE ONLY jobs.lease
    ADD CONSTRAINT lease_pkey PRIMARY KEY (is_the_only_row);

ALTER TABLE ONLY jobs.runs
    ADD CONSTRAINT runs_pkey PRIMARY KEY (id);

ALTER TABLE ONLY jobs.schedule
    ADD CONSTRAINT schedule_pkey PRIMARY KEY (name);

ALTER TABLE ONLY school.access_requests
    ADD CONSTRAINT access_requests_pkey PRIMARY KEY (id);

ALTER TABLE ONLY school.admission_payment_history
    ADD CONSTRAINT admission_payment_history_pkey PRIMARY KEY (id);

ALTER TABLE ONLY school.admission_payments
    ADD CONSTRAINT admission_payments_pkey PRIMARY KEY (id);

ALTER TABLE ONLY school.admission_sight
    ADD CONSTRAINT admission_sight_pkey PRIMARY KEY (admission_id, viewer_role, viewer_id);

ALTER TABLE ONLY school.admission_slots
    ADD CONSTRAINT admission_slots_pkey PRIMARY KEY (admission_id, time_slot_id);

ALTER TABLE ONLY school.admissions
    ADD CONSTRAINT admissions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY school.attendance_history
    ADD CONSTRAINT attendance_history_pkey PRIMARY KEY (id);

ALTER TABLE ONLY school.attendance
    ADD CONSTRAINT attendance_pkey PRIMARY KEY (id);

ALTER TABLE ONLY school.class_substitutes
    ADD CONSTRAINT class_substitutes_pkey PRIMARY KEY (classroom_slot_id, class_date);

ALTER TABLE ONLY school.classroom_enrollments
    ADD CONSTRAINT classroom_enrollments_pkey PRIMARY KEY (id);

ALTER TABLE ONLY school.classroom_slots
    ADD CONSTRAINT classroom_slots_pkey PRIMARY KEY (id);

ALTER TABLE ONLY school.course_plans
    ADD CONSTRAINT course_plans_pkey PRIMARY KEY (id);

ALTER TABLE ONLY school.course_teachers
    ADD CONSTRAINT course_teachers_pkey PRIMARY KEY (course_id, teacher_id);

ALTER TABLE ONLY school.courses
    ADD CONSTRAINT courses_pkey PRIMARY KEY (id);

ALTER TABLE ONLY school.deliveries
    ADD CONSTRAINT deliveries_pkey PRIMARY KEY (id);

ALTER TABLE ONLY school.held_seats
    ADD CONSTRAINT held_seats_pkey PRIMARY KEY (waitlist_entry_id, classroom_slot_id);

ALTER TABLE ONLY school.instruments
    ADD CONSTRAINT instruments_pkey PRIMARY KEY (id);

ALTER TABLE ONLY school.lead_audit_events
    ADD CONSTRAINT lead_audit_events_pkey PRIMARY KEY (id);

ALTER TABLE ONLY school.lead_notes
    ADD CONSTRAINT lead_notes_pkey PRIMARY KEY (id);

ALTER TABLE ONLY school.lead_stages
    ADD CONSTRAINT lead_stages_pkey PRIMARY KEY (id);

ALTER TABLE ONLY school.lead_tags
    ADD CONSTRAINT lead_tags_pkey PRIMARY KEY (id);

ALTER TABLE ONLY school.leads
    ADD CONSTRAINT leads_pkey PRIMARY KEY (id);

ALTER TABLE ONLY school.mail_templates
    ADD CONSTRAINT mail_templates_pkey PRIMARY KEY (type, locale);

ALTER TABLE ONLY school.notification_events
    ADD CONSTRAINT notification_events_pkey PRIMARY KEY (id);

ALTER TABLE ONLY school.notification_types
    ADD CONSTRAINT notification_types_pkey PRIMARY KEY (type);

ALTER TABLE ONLY school.notifications
    ADD CONSTRAINT notifications_pkey PRIMARY KEY (id);

ALTER TABLE ONLY school.deliveries
    ADD CONSTRAINT one_email_per_event_and_recipient UNIQUE (event_id, recipient_user_id);

ALTER TABLE ONLY school.notifications
    ADD CONSTRAINT one_notice_per_recipient_type_entity_and_day UNIQUE (recipient_user_id, type, entity_id, day);

ALTER TABLE ONLY school.admission_payments
    ADD CONSTRAINT one_payment_per_admission UNIQUE (admission_id);

ALTER TABLE ONLY school.operating_days
    ADD CONSTRAINT operating_days_pkey PRIMARY KEY (weekday);

ALTER TABLE ONLY school.pauses
    ADD CONSTRAINT pauses_pkey PRIMARY KEY (id);

ALTER TABLE ONLY school.reschedule_requests
    ADD CONSTRAINT reschedule_requests_pkey PRIMARY KEY (id);

ALTER TABLE ONLY school.school_closures
    ADD CONSTRAINT school_closures_pkey PRIMARY KEY (id);

ALTER TABLE ONLY school.school_settings
    ADD CONSTRAINT school_settings_pkey PRIMARY KEY (is_the_only_row);

ALTER TABLE ONLY school.admissions
    ADD CONSTRAINT student_goes_with_the_admission UNIQUE (id, student_id);

ALTER TABLE ONLY school.time_slot_templates
    ADD CONSTRAINT time_slot_templates_pkey PRIMARY KEY (id);

ALTER TABLE ONLY school.trials
    ADD CONSTRAINT trials_pkey PRIMARY KEY (id);

ALTER TABLE ONLY school.user_settings
    ADD CONSTRAINT user_settings_pkey PRIMARY KEY (user_id);

ALTER TABLE ONLY school.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);

ALTER TABLE ONLY school.waitlist_entries
    ADD CONSTRAINT waitlist_entries_pkey PRIMARY KEY (id);

ALTER TABLE ONLY school.waitlist_time_slots
    ADD CONSTRAINT waitlist_time_slots_pkey PRIMARY KEY (waitlist_entry_id, time_slot_id);

ALTER TABLE ONLY school.webhook_endpoints
    ADD CONSTRAINT webhook_endpoints_pkey PRIMARY KEY (id);

CREATE INDEX activation_tokens_by_user ON auth.activation_tokens USING btree (user_id);

CREATE INDEX failed_attempts_by_age ON auth.failed_attempts USING btree (last_failed_at);

CREATE INDEX idempotency_keys_by_age ON auth.idempotency_keys USING btree (created_at);

CREATE INDEX sessions_by_expiry ON auth.sessions USING btree (expires_at);

CREATE INDEX sessions_by_user ON auth.sessions USING btree (user_id, created_at);

CREATE INDEX tickets_by_session ON auth.tickets USING btree (session_token_hash, expires_at);

CREATE INDEX runs_by_job ON jobs.runs USING btree (name, started_at);

CREATE INDEX access_requests_by_age ON school.access_requests USING btree (created_at, id);

CREATE INDEX access_requests_by_reviewer ON school.access_requests USING btree (reviewed_by);

CREATE INDEX access_requests_by_status ON school.access_requests USING btree (status, created_at, id);

CREATE INDEX access_requests_by_user ON school.access_requests USING btree (user_id);

CREATE INDEX admission_payment_history_by_actor ON school.admission_payment_history USING btree (actor_user_id);

CREATE INDEX admission_payment_history_by_payment ON school.admission_payment_history USING btree (admission_payment_id, sequence);

CREATE INDEX admission_payments_by_author ON school.admission_payments USING btree (updated_by);

CREATE INDEX admission_payments_by_due_date ON school.admission_payments USING btree (due_on) WHERE (status = 'unpaid'::text);

CREATE INDEX admission_payments_by_owner ON school.admission_payments USING btree (lead_owner_id) WHERE (lead_owner_id IS NOT NULL);

CREATE INDEX admission_payments_by_payment_date ON school.admission_payments USING btree (paid_on) WHERE (paid_on IS NOT NULL);

CREATE INDEX admission_payments_by_status ON school.admission_payments USING btree (status, admission_id);

CREATE INDEX admission_payments_by_student ON school.admission_payments USING btree (student_id);

CREATE INDEX admission_sight_by_age ON school.admission_sight USING btree (viewer_id, viewer_role, created_at, admission_id);

CREATE INDEX admission_sight_by_name ON school.admission_sight USING btree (viewer_id, viewer_role, student_name, student_id);

CREATE INDEX admission_sight_by_student ON school.admission_sight USING btree (student_id);

CREATE INDEX admission_slots_by_class ON school.admission_slots USING btree (classroom_slot_id);

CREATE INDEX admission_slots_by_time_slot ON school.admission_slots USING btree (time_slot_id);

CREATE INDEX admissions_by_age ON school.admissions USING btree (created_at, id);

CREATE INDEX admissions_by_author ON school.admissions USING btree (created_by);

CREATE INDEX admissions_by_course ON school.admissions USING btree (course_id, created_at, id);

CREATE INDEX admissions_by_lead ON school.admissions USING btree (lead_id);

CREATE INDEX admissions_by_owner ON school.admissions USING btree (lead_owner_id, created_at, id) WHERE (lead_owner_id IS NOT NULL);

CREATE INDEX admissions_by_plan ON school.admissions USING btree (course_plan_id);

CREATE INDEX admissions_by_status ON school.admissions USING btree (status, created_at, id);

CREATE INDEX admissions_by_student ON school.admissions USING btree (student_id, created_at, id);

CREATE INDEX admissions_by_teacher ON school.admissions USING gin (teacher_ids);

CREATE INDEX attendance_by_admission ON school.attendance USING btree (admission_id, status);

CREATE INDEX attendance_by_announcer ON school.attendance USING btree (absence_announced_by) WHERE (absence_announced_by IS NOT NULL);

CREATE INDEX attendance_by_class_and_date ON school.attendance USING btree (classroom_slot_id, class_date);

CREATE INDEX attendance_by_closure ON school.attendance USING btree (closure_id) WHERE (closure_id IS NOT NULL);

CREATE INDEX attendance_by_marker ON school.attendance USING btree (marked_by) WHERE (marked_by IS NOT NULL);

CREATE INDEX attendance_by_original_slot ON school.attendance USING btree (original_classroom_slot_id) WHERE (original_classroom_slot_id IS NOT NULL);

CREATE INDEX attendance_by_owner ON school.attendance USING btree (lead_owner_id, class_date, start_time) WHERE (lead_owner_id IS NOT NULL);

CREATE INDEX attendance_by_status_and_date ON school.attendance USING btree (status, class_date);

CREATE INDEX attendance_by_teacher_and_date ON school.attendance USING btree (teacher_id, class_date);

CREATE INDEX attendance_history_by_actor ON school.attendance_history USING btree (actor_user_id);

CREATE INDEX attendance_history_by_row ON school.attendance_history USING btree (attendance_id, sequence);

CREATE INDEX attendance_in_order ON school.attendance USING btree (class_date, start_time);

CREATE INDEX attendance_moved ON school.attendance USING btree (classroom_slot_id, class_date) WHERE (original_class_date IS NOT NULL);

CREATE INDEX class_substitutes_by_author ON school.class_substitutes USING btree (created_by);

CREATE INDEX class_substitutes_by_teacher ON school.class_substitutes USING btree (teacher_id, class_date);

CREATE INDEX classroom_enrollments_by_admission ON school.classroom_enrollments USING btree (admission_id);

CREATE INDEX classroom_enrollments_by_class ON school.classroom_enrollments USING btree (classroom_slot_id, status);

CREATE INDEX classroom_enrollments_by_student ON school.classroom_enrollments USING btree (student_id, status);

CREATE INDEX classroom_slots_by_course ON school.classroom_slots USING btree (course_id);

CREATE INDEX classroom_slots_by_course_and_time ON school.classroom_slots USING btree (course_id, time_slot_id) WHERE (deleted_at IS NULL);

CREATE INDEX classroom_slots_by_teacher ON school.classroom_slots USING btree (teacher_id);

CREATE INDEX classroom_slots_by_time_slot ON school.classroom_slots USING btree (time_slot_id);

CREATE INDEX course_plans_by_course ON school.course_plans USING btree (course_id, name, id);

CREATE INDEX course_plans_by_name ON school.course_plans USING btree (name, id) WHERE (deleted_at IS NULL);

CREATE INDEX course_teachers_by_teacher ON school.course_teachers USING btree (teacher_id);

CREATE INDEX courses_by_instrument ON school.courses USING btree (instrument_id);

CREATE INDEX courses_by_name ON school.courses USING btree (name, id) WHERE (deleted_at IS NULL);

CREATE INDEX deliveries_by_activation_token ON school.deliveries USING btree (activation_token_hash) WHERE (activation_token_hash IS NOT NULL);

CREATE INDEX deliveries_by_age ON school.deliveries USING btree (COALESCE(retried_at, created_at)) WHERE ((kind = 'email'::text) AND (status = 'pending'::text));

CREATE INDEX deliveries_by_endpoint ON school.deliveries USING btree (endpoint_id, entity_id, sequence) WHERE (endpoint_id IS NOT NULL);

CREATE INDEX deliveries_by_recipient ON school.deliveries USING btree (recipient_user_id) WHERE (recipient_user_id IS NOT NULL);

CREATE INDEX deliveries_by_status ON school.deliveries USING btree (status, kind, sequence);

CREATE UNIQUE INDEX deliveries_in_order ON school.deliveries USING btree (sequence);

CREATE INDEX deliveries_waiting ON school.deliveries USING btree (kind, next_attempt_at, sequence) WHERE (status = 'pending'::text);

CREATE INDEX deliveries_waiting_by_endpoint ON school.deliveries USING btree (endpoint_id, next_attempt_at, sequence) WHERE (status = 'pending'::text);

CREATE INDEX held_seats_by_class ON school.held_seats USING btree (classroom_slot_id);

CREATE INDEX instruments_by_name ON school.instruments USING btree (name, id) WHERE (deleted_at IS NULL);

CREATE INDEX lead_audit_events_by_actor ON school.lead_audit_events USING btree (actor_user_id);

CREATE INDEX lead_audit_events_by_field ON school.lead_audit_events USING btree (field, created_at);

CREATE INDEX lead_audit_events_by_lead ON school.lead_audit_events USING btree (lead_id, sequence);

CREATE INDEX lead_notes_by_author ON school.lead_notes USING btree (author_id);

CREATE INDEX lead_notes_by_lead ON school.lead_notes USING btree (lead_id, created_at, id);

CREATE INDEX lead_notes_by_owner ON school.lead_notes USING btree (lead_owner_id);

CREATE INDEX lead_notes_by_teacher ON school.lead_notes USING btree (lead_teacher_id) WHERE (lead_teacher_id IS NOT NULL);

CREATE INDEX lead_stages_in_order ON school.lead_stages USING btree ("position", id) WHERE (deleted_at IS NULL);

CREATE INDEX lead_tags_by_owner ON school.lead_tags USING btree (lead_owner_id);

CREATE INDEX lead_tags_by_tag ON school.lead_tags USING btree (((tag || ''::text)), lead_id);

ALTER INDEX school.lead_tags_by_tag ALTER COLUMN 1 SET STATISTICS 0;

CREATE INDEX lead_tags_by_teacher ON school.lead_tags USING btree (lead_teacher_id) WHERE (lead_teacher_id IS NOT NULL);

CREATE INDEX leads_by_age ON school.leads USING btree (created_at, id) WHERE (deleted_at IS NULL);

CREATE INDEX leads_by_email ON school.leads USING btree (((email || ''::text))) WHERE (deleted_at IS NULL);

ALTER INDEX school.leads_by_email ALTER COLUMN 1 SET STATISTICS 0;

CREATE INDEX leads_by_follow_up ON school.leads USING btree (follow_up_date, follow_up_status);

CREATE INDEX leads_by_follow_up_and_id ON school.leads USING btree (follow_up_date, id) WHERE (deleted_at IS NULL);

CREATE INDEX leads_by_owner ON school.leads USING btree (owner_id, follow_up_date, id);

CREATE INDEX leads_by_owner_and_age ON school.leads USING btree (owner_id, created_at, id);

CREATE INDEX leads_by_owner_and_email ON school.leads USING btree (owner_id, ((''::text || email))) WHERE (deleted_at IS NULL);

ALTER INDEX school.leads_by_owner_and_email ALTER COLUMN 2 SET STATISTICS 0;

CREATE INDEX leads_by_owner_and_phone ON school.leads USING btree (owner_id, ((''::text || phone_key))) WHERE (deleted_at IS NULL);

ALTER INDEX school.leads_by_owner_and_phone ALTER COLUMN 2 SET STATISTICS 0;

CREATE INDEX leads_by_phone ON school.leads USING btree (((phone_key || ''::text))) WHERE (deleted_at IS NULL);

ALTER INDEX school.leads_by_phone ALTER COLUMN 1 SET STATISTICS 0;

CREATE INDEX leads_by_search_text ON school.leads USING gin (((search_text || ''::text)) gin_trgm_ops) WITH (fastupdate=off) WHERE (deleted_at IS NULL);

ALTER INDEX school.leads_by_search_text ALTER COLUMN 1 SET STATISTICS 0;

CREATE INDEX leads_by_stage ON school.leads USING btree (stage_id);

CREATE INDEX leads_by_teacher ON school.leads USING btree (assigned_teacher_id, follow_up_date, id);

CREATE INDEX leads_by_teacher_and_email ON school.leads USING btree (assigned_teacher_id, ((''::text || email))) WHERE ((deleted_at IS NULL) AND (assigned_teacher_id IS NOT NULL));

ALTER INDEX school.leads_by_teacher_and_email ALTER COLUMN 2 SET STATISTICS 0;

CREATE INDEX leads_by_teacher_and_phone ON school.leads USING btree (assigned_teacher_id, ((''::text || phone_key))) WHERE ((deleted_at IS NULL) AND (assigned_teacher_id IS NOT NULL));

ALTER INDEX school.leads_by_teacher_and_phone ALTER COLUMN 2 SET STATISTICS 0;

CREATE INDEX notification_events_by_actor_and_age ON school.notification_events USING btree (actor_user_id, created_at);

CREATE INDEX notification_events_by_age ON school.notification_events USING btree (created_at, id);

CREATE INDEX notification_events_by_day ON school.notification_events USING btree (day, sequence);

CREATE INDEX notification_events_by_entity ON school.notification_events USING btree (entity_id, type, day);

CREATE INDEX notification_events_by_type ON school.notification_events USING btree (type, sequence);

CREATE UNIQUE INDEX notification_events_in_order ON school.notification_events USING btree (sequence);

CREATE INDEX notifications_by_event ON school.notifications USING btree (event_id);

CREATE INDEX notifications_by_recipient ON school.notifications USING btree (recipient_user_id, read_at);

CREATE INDEX notifications_in_order ON school.notifications USING btree (recipient_user_id, sequence);

CREATE INDEX notifications_in_stream_order ON school.notifications USING btree (recipient_user_id, transaction_id, sequence);

CREATE INDEX notifications_unread ON school.notifications USING btree (recipient_user_id, sequence) WHERE (read_at IS NULL);

CREATE UNIQUE INDEX one_active_enrollment_per_student_and_class ON school.classroom_enrollments USING btree (student_id, classroom_slot_id) WHERE (status = 'active'::text);

CREATE UNIQUE INDEX one_admission_per_lead ON school.admissions USING btree (lead_id) WHERE (renewed_from_id IS NULL);

CREATE UNIQUE INDEX one_booked_trial_per_lead_and_course ON school.trials USING btree (lead_id, course_id) WHERE (status = 'booked'::text);

CREATE UNIQUE INDEX one_class_per_student_slot_and_date ON school.attendance USING btree (student_id, class_date, (
CASE
    WHEN (status <> 'cancelled'::text) THEN classroom_slot_id
    ELSE NULL::uuid
END));

CREATE UNIQUE INDEX one_class_per_time_course_and_teacher ON school.classroom_slots USING btree (time_slot_id, course_id, teacher_id) WHERE (deleted_at IS NULL);

CREATE UNIQUE INDEX one_course_per_instrument_and_name ON school.courses USING btree (instrument_id, lower(name)) WHERE (deleted_at IS NULL);

CREATE UNIQUE INDEX one_instrument_per_name ON school.instruments USING btree (lower(name)) WHERE (deleted_at IS NULL);

CREATE UNIQUE INDEX one_live_entry_per_lead_and_course ON school.waitlist_entries USING btree (lead_id, course_id) WHERE (status = ANY (ARRAY['waiting'::text, 'offered'::text]));

CREATE UNIQUE INDEX one_live_entry_per_student_and_course ON school.waitlist_entries USING btree (student_id, course_id) WHERE (status = ANY (ARRAY['waiting'::text, 'offered'::text]));

CREATE UNIQUE INDEX one_pending_request_per_class ON school.reschedule_requests USING btree (original_attendance_id) WHERE (status = 'pending'::text);

CREATE UNIQUE INDEX one_pending_request_per_email ON school.access_requests USING btree (((email || ''::text))) WHERE (status = 'pending'::text);

ALTER INDEX school.one_pending_request_per_email ALTER COLUMN 1 SET STATISTICS 0;

CREATE UNIQUE INDEX one_plan_per_course_and_name ON school.course_plans USING btree (course_id, lower(name)) WHERE (deleted_at IS NULL);

CREATE UNIQUE INDEX one_renewal_per_admission ON school.admissions USING btree (renewed_from_id);

CREATE UNIQUE INDEX one_stage_per_name ON school.lead_stages USING btree (lower(name)) WHERE (deleted_at IS NULL);

CREATE UNIQUE INDEX one_tag_per_lead_and_text ON school.lead_tags USING btree (lead_id, ((tag || ''::text)));

ALTER INDEX school.one_tag_per_lead_and_text ALTER COLUMN 2 SET STATISTICS 0;

CREATE UNIQUE INDEX one_time_slot_per_weekday_and_times ON school.time_slot_templates USING btree (weekday, start_time, end_time) WHERE (deleted_at IS NULL);

CREATE UNIQUE INDEX one_user_per_email ON school.users USING btree (((email || ''::text))) WHERE (deleted_at IS NULL);

ALTER INDEX school.one_user_per_email ALTER COLUMN 1 SET STATISTICS 0;

CREATE INDEX pauses_by_admission ON school.pauses USING btree (admission_id, start_date);

CREATE INDEX pauses_by_author ON school.pauses USING btree (created_by);

CREATE INDEX pauses_by_owner ON school.pauses USING btree (lead_owner_id) WHERE (lead_owner_id IS NOT NULL);

CREATE INDEX pauses_by_student ON school.pauses USING btree (student_id);

CREATE INDEX reschedule_requests_by_admission ON school.reschedule_requests USING btree (admission_id);

CREATE INDEX reschedule_requests_by_age ON school.reschedule_requests USING btree (created_at, id);

CREATE INDEX reschedule_requests_by_decider ON school.reschedule_requests USING btree (decided_by);

CREATE INDEX reschedule_requests_by_owner ON school.reschedule_requests USING btree (lead_owner_id, created_at, id) WHERE (lead_owner_id IS NOT NULL);

CREATE INDEX reschedule_requests_by_requester ON school.reschedule_requests USING btree (requested_by);

CREATE INDEX reschedule_requests_by_row ON school.reschedule_requests USING btree (original_attendance_id);

CREATE INDEX reschedule_requests_by_source ON school.reschedule_requests USING btree (source_classroom_slot_id);

CREATE INDEX reschedule_requests_by_status ON school.reschedule_requests USING btree (status, created_at);

CREATE INDEX reschedule_requests_by_student ON school.reschedule_requests USING btree (student_id, created_at, id);

CREATE INDEX reschedule_requests_by_target ON school.reschedule_requests USING btree (classroom_slot_id, class_date);

CREATE INDEX reschedule_requests_by_teacher ON school.reschedule_requests USING gin (teacher_ids);

CREATE INDEX school_closures_by_author ON school.school_closures USING btree (created_by);

CREATE INDEX school_closures_by_dates ON school.school_closures USING btree (start_date, end_date);

CREATE INDEX school_closures_by_end ON school.school_closures USING btree (end_date);

CREATE INDEX time_slot_templates_in_order ON school.time_slot_templates USING btree (weekday, start_time, id);

CREATE INDEX trials_booked_by_class_and_date ON school.trials USING btree (classroom_slot_id, class_date) WHERE (status = 'booked'::text);

CREATE INDEX trials_by_author ON school.trials USING btree (created_by);

CREATE INDEX trials_by_class_and_date ON school.trials USING btree (classroom_slot_id, class_date);

CREATE INDEX trials_by_course ON school.trials USING btree (course_id);

CREATE INDEX trials_by_ender ON school.trials USING btree (ended_by) WHERE (ended_by IS NOT NULL);

CREATE INDEX trials_by_lead ON school.trials USING btree (lead_id, class_date);

CREATE INDEX trials_by_owner ON school.trials USING btree (lead_owner_id, class_date, start_time, id) WHERE (lead_owner_id IS NOT NULL);

CREATE INDEX trials_by_teacher ON school.trials USING btree (teacher_id, class_date, start_time, id);

CREATE INDEX trials_in_order ON school.trials USING btree (class_date, start_time, id);

CREATE INDEX users_by_name ON school.users USING btree (((name || ''::text)), id) WHERE (deleted_at IS NULL);

ALTER INDEX school.users_by_name ALTER COLUMN 1 SET STATISTICS 0;

CREATE INDEX users_by_phone ON school.users USING btree (((phone || ''::text))) WHERE (deleted_at IS NULL);

ALTER INDEX school.users_by_phone ALTER COLUMN 1 SET STATISTICS 0;

CREATE INDEX users_by_role_and_name ON school.users USING btree (role, ((name || ''::text)), id) WHERE (deleted_at IS NULL);

ALTER INDEX school.users_by_role_and_name ALTER COLUMN 2 SET STATISTICS 0;

CREATE INDEX users_by_search_text ON school.users USING gin (lower(((((name || '
'::text) || COALESCE(email, ''::text)) || '
'::text) || COALESCE(phone, ''::text))) gin_trgm_ops) WITH (fastupdate=off) WHERE (deleted_at IS NULL);

ALTER INDEX school.users_by_search_text ALTER COLUMN 1 SET STATISTICS 0;

CREATE INDEX users_disabled_by_name ON school.users USING btree (((name || ''::text)), id) WHERE ((deleted_at IS NULL) AND (status = 'disabled'::text));

ALTER INDEX school.users_disabled_by_name ALTER COLUMN 1 SET STATISTICS 0;

CREATE INDEX waitlist_entries_by_admission ON school.waitlist_entries USING btree (admission_id) WHERE (admission_id IS NOT NULL);

CREATE INDEX waitlist_entries_by_age ON school.waitlist_entries USING btree (created_at, id);

CREATE INDEX waitlist_entries_by_author ON school.waitlist_entries USING btree (created_by);

CREATE INDEX waitlist_entries_by_course ON school.waitlist_entries USING btree (course_id, created_at, id);

CREATE INDEX waitlist_entries_by_expiry ON school.waitlist_entries USING btree (offer_expires_at) WHERE (status = 'offered'::text);

CREATE INDEX waitlist_entries_by_lead ON school.waitlist_entries USING btree (lead_id, created_at, id) WHERE (lead_id IS NOT NULL);

CREATE INDEX waitlist_entries_by_owner ON school.waitlist_entries USING btree (lead_owner_id, created_at, id) WHERE (lead_owner_id IS NOT NULL);

CREATE INDEX waitlist_entries_by_plan ON school.waitlist_entries USING btree (course_plan_id) WHERE (course_plan_id IS NOT NULL);

CREATE INDEX waitlist_entries_by_status ON school.waitlist_entries USING btree (status, created_at, id);

CREATE INDEX waitlist_entries_by_student ON school.waitlist_entries USING btree (student_id, created_at, id) WHERE (student_id IS NOT NULL);

CREATE INDEX waitlist_entries_by_teacher ON school.waitlist_entries USING btree (teacher_id) WHERE (teacher_id IS NOT NULL);

CREATE INDEX waitlist_entries_in_line ON school.waitlist_entries USING btree (course_id, put_first_at DESC NULLS LAST, sequence) WHERE (status = 'waiting'::text);

CREATE INDEX waitlist_time_slots_by_time_slot ON school.waitlist_time_slots USING btree (time_slot_id);

CREATE INDEX webhook_endpoints_by_age ON school.webhook_endpoints USING btree (created_at, id);

ALTER TABLE ONLY auth.activation_tokens
    ADD CONSTRAINT activation_tokens_user_id_fkey FOREIGN KEY (user_id) REFERENCES school.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY auth.calendar_tokens
    ADD CONSTRAINT calendar_tokens_user_id_fkey FOREIGN KEY (user_id) REFERENCES school.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY auth.credentials
    ADD CONSTRAINT credentials_user_id_fkey FOREIGN KEY (user_id) REFERENCES school.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY auth.direct_logins
    ADD CONSTRAINT direct_logins_user_id_fkey FOREIGN KEY (user_id) REFERENCES school.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY auth.idempotency_keys
    ADD CONSTRAINT idempotency_keys_user_id_fkey FOREIGN KEY (user_id) REFERENCES school.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY auth.sessions
    ADD CONSTRAINT sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES school.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY auth.tickets
    ADD CONSTRAINT tickets_session_token_hash_fkey FOREIGN KEY (session_token_hash) REFERENCES auth.sessions(token_hash) ON DELETE CASCADE;

ALTER TABLE ONLY jobs.runs
    ADD CONSTRAINT runs_name_fkey FOREIGN KEY (name) REFERENCES jobs.schedule(name) ON DELETE RESTRICT;

ALTER TABLE ONLY school.access_requests
    ADD CONSTRAINT access_requests_reviewed_by_fkey FOREIGN KEY (reviewed_by) REFERENCES school.users(id) ON DELETE RESTRICT;

ALTER TABLE ONLY school.access_requests
    ADD CONSTRAINT access_requests_user_id_fkey FOREIGN KEY (user_id) REFERENCES school.users(id) ON DELETE RESTRICT;

ALTER TABLE ONLY school.admission_payment_history
    ADD CONSTRAINT admission_payment_history_actor_user_id_fkey FOREIGN KEY (actor_user_id) REFERENCES school.users(id) ON DELETE RESTRICT;

ALTER TABLE ONLY school.admission_payment_history
    ADD CONSTRAINT admission_payment_history_admission_payment_id_fkey FOREIGN KEY (admission_payment_id) REFERENCES school.admission_payments(id) ON DELETE RESTRICT;

ALTER TABLE ONLY school.admission_payments
    ADD CONSTRAINT admission_payments_admission_id_fkey FOREIGN KEY (admission_id) REFERENCES school.admissions(id) ON DELETE RESTRICT;

ALTER TABLE ONLY school.admission_payments
    ADD CONSTRAINT admission_payments_updated_by_fkey FOREIGN KEY (updated_by) REFERENCES school.users(id) ON DELETE RESTRICT;

ALTER TABLE ONLY school.admission_sight
    ADD CONSTRAINT admission_sight_admission_id_fkey FOREIGN KEY (admission_id) REFERENCES school.admissions(id) ON DELETE CASCADE;

ALTER TABLE ONLY school.admission_slots
    ADD CONSTRAINT admission_slots_admission_id_fkey FOREIGN KEY (admission_id) REFERENCES school.admissions(id) ON DELETE RESTRICT;

ALTER TABLE ONLY school.admission_slots
    ADD CONSTRAINT admission_slots_classroom_slot_id_fkey FOREIGN KEY (classroom_slot_id) REFERENCES school.classroom_slots(id) ON DELETE RESTRICT;

ALTER TABLE ONLY school.admission_slots
    ADD CONSTRAINT admission_slots_time_slot_id_fkey FOREIGN KEY (time_slot_id) REFERENCES school.time_slot_templates(id) ON DELETE RESTRICT;

ALTER TABLE ONLY school.admissions
    ADD CONSTRAINT admissions_course_id_fkey FOREIGN KEY (course_id) REFERENCES school.courses(id) ON DELETE RESTRICT;

ALTER TABLE ONLY school.admissions
    ADD CONSTRAINT admissions_course_plan_id_fkey FOREIGN KEY (course_plan_id) REFERENCES school.course_plans(id) ON DELETE RESTRICT;

ALTER TABLE ONLY school.admissions
    ADD CONSTRAINT admissions_created_by_fkey FOREIGN KEY (created_by) REFERENCES school.users(id) ON DELETE RESTRICT;

ALTER TABLE ONLY school.admissions
    ADD CONSTRAINT admissions_lead_id_fkey FOREIGN KEY (lead_id) REFERENCES school.leads(id) ON DELETE RESTRICT;

ALTER TABLE ONLY school.admissions
    ADD CONSTRAINT admissions_renewed_from_id_fkey FOREIGN KEY (renewed_from_id) REFERENCES school.admissions(id) ON DELETE RESTRICT;

ALTER TABLE ONLY school.admissions
    ADD CONSTRAINT admissions_student_id_fkey FOREIGN KEY (student_id) REFERENCES school.users(id) ON DELETE RESTRICT;

ALTER TABLE ONLY school.attendance
    ADD CONSTRAINT attendance_absence_announced_by_fkey FOREIGN KEY (absence_announced_by) REFERENCES school.users(id) ON DELETE RESTRICT;

ALTER TABLE ONLY school.attendance
    ADD CONSTRAINT attendance_classroom_slot_id_fkey FOREIGN KEY (classroom_slot_id) REFERENCES school.classroom_slots(id) ON DELETE RESTRICT;

ALTER TABLE ONLY school.attendance
    ADD CONSTRAINT attendance_closure_id_fkey FOREIGN KEY (closure_id) REFERENCES school.school_closures(id) ON DELETE SET NULL;

ALTER TABLE ONLY school.attendance_history
    ADD CONSTRAINT attendance_history_actor_user_id_fkey FOREIGN KEY (actor_user_id) REFERENCES school.users(id) ON DELETE RESTRICT;

ALTER TABLE ONLY school.attendance_history
    ADD CONSTRAINT attendance_history_attendance_id_fkey FOREIGN KEY (attendance_id) REFERENCES school.attendance(id) ON DELETE RESTRICT;

ALTER TABLE ONLY school.attendance
    ADD CONSTRAINT attendance_marked_by_fkey FOREIGN KEY (marked_by) REFERENCES school.users(id) ON DELETE RESTRICT;

ALTER TABLE ONLY school.attendance
    ADD CONSTRAINT attendance_original_classroom_slot_id_fkey FOREIGN KEY (original_classroom_slot_id) REFERENCES school.classroom_slots(id) ON DELETE RESTRICT;

ALTER TABLE ONLY school.attendance
    ADD CONSTRAINT attendance_teacher_id_fkey FOREIGN KEY (teacher_id) REFERENCES school.users(id) ON DELETE RESTRICT;

ALTER TABLE ONLY school.class_substitutes
    ADD CONSTRAINT class_substitutes_classroom_slot_id_fkey FOREIGN KEY (classroom_slot_id) REFERENCES school.classroom_slots(id) ON DELETE RESTRICT;

ALTER TABLE ONLY school.class_substitutes
    ADD CONSTRAINT class_substitutes_created_by_fkey FOREIGN KEY (created_by) REFERENCES school.users(id) ON DELETE RESTRICT;

ALTER TABLE ONLY school.class_substitutes
    ADD CONSTRAINT class_substitutes_teacher_id_fkey FOREIGN KEY (teacher_id) REFERENCES school.users(id) ON DELETE RESTRICT;

ALTER TABLE ONLY school.classroom_enrollments
    ADD CONSTRAINT classroom_enrollments_admission_id_fkey FOREIGN KEY (admission_id) REFERENCES school.admissions(id) ON DELETE RESTRICT;

ALTER TABLE ONLY school.classroom_enrollments
    ADD CONSTRAINT classroom_enrollments_classroom_slot_id_fkey FOREIGN KEY (classroom_slot_id) REFERENCES school.classroom_slots(id) ON DELETE RESTRICT;

ALTER TABLE ONLY school.classroom_enrollments
    ADD CONSTRAINT classroom_enrollments_student_id_fkey FOREIGN KEY (student_id) REFERENCES school.users(id) ON DELETE RESTRICT;

ALTER TABLE ONLY school.classroom_slots
    ADD CONSTRAINT classroom_slots_course_id_fkey FOREIGN KEY (course_id) REFERENCES school.courses(id) ON DELETE RESTRICT;

ALTER TABLE ONLY school.classroom_slots
    ADD CONSTRAINT classroom_slots_teacher_id_fkey FOREIGN KEY (teacher_id) REFERENCES school.users(id) ON DELETE RESTRICT;

ALTER TABLE ONLY school.classroom_slots
    ADD CONSTRAINT classroom_slots_time_slot_id_fkey FOREIGN KEY (time_slot_id) REFERENCES school.time_slot_templates(id) ON DELETE RESTRICT;

ALTER TABLE ONLY school.course_plans
    ADD CONSTRAINT course_plans_course_id_fkey FOREIGN KEY (course_id) REFERENCES school.courses(id) ON DELETE RESTRICT;

ALTER TABLE ONLY school.course_teachers
    ADD CONSTRAINT course_teachers_course_id_fkey FOREIGN KEY (course_id) REFERENCES school.courses(id) ON DELETE RESTRICT;

ALTER TABLE ONLY school.course_teachers
    ADD CONSTRAINT course_teachers_teacher_id_fkey FOREIGN KEY (teacher_id) REFERENCES school.users(id) ON DELETE RESTRICT;

ALTER TABLE ONLY school.courses
    ADD CONSTRAINT courses_instrument_id_fkey FOREIGN KEY (instrument_id) REFERENCES school.instruments(id) ON DELETE RESTRICT;

ALTER TABLE ONLY school.deliveries
    ADD CONSTRAINT deliveries_activation_token_hash_fkey FOREIGN KEY (activation_token_hash) REFERENCES auth.activation_tokens(token_hash) ON DELETE CASCADE;

ALTER TABLE ONLY school.deliveries
    ADD CONSTRAINT deliveries_endpoint_id_fkey FOREIGN KEY (endpoint_id) REFERENCES school.webhook_endpoints(id) ON DELETE CASCADE;

ALTER TABLE ONLY school.deliveries
    ADD CONSTRAINT deliveries_event_id_fkey FOREIGN KEY (event_id) REFERENCES school.notification_events(id) ON DELETE RESTRICT;

ALTER TABLE ONLY school.deliveries
    ADD CONSTRAINT deliveries_recipient_user_id_fkey FOREIGN KEY (recipient_user_id) REFERENCES school.users(id) ON DELETE RESTRICT;

ALTER TABLE ONLY school.held_seats
    ADD CONSTRAINT held_seats_classroom_slot_id_fkey FOREIGN KEY (classroom_slot_id) REFERENCES school.classroom_slots(id) ON DELETE RESTRICT;

ALTER TABLE ONLY school.held_seats
    ADD CONSTRAINT held_seats_waitlist_entry_id_fkey FOREIGN KEY (waitlist_entry_id) REFERENCES school.waitlist_entries(id) ON DELETE RESTRICT;

ALTER TABLE ONLY school.lead_audit_events
    ADD CONSTRAINT lead_audit_events_actor_user_id_fkey FOREIGN KEY (actor_user_id) REFERENCES school.users(id) ON DELETE RESTRICT;

ALTER TABLE ONLY school.lead_audit_events
    ADD CONSTRAINT lead_audit_events_lead_id_fkey FOREIGN KEY (lead_id) REFERENCES school.leads(id) ON DELETE RESTRICT;

ALTER TABLE ONLY school.lead_notes
    ADD CONSTRAINT lead_notes_author_id_fkey FOREIGN KEY (author_id) REFERENCES school.users(id) ON DELETE RESTRICT;

ALTER TABLE ONLY school.lead_notes
    ADD CONSTRAINT lead_notes_lead_id_fkey FOREIGN KEY (lead_id) REFERENCES school.leads(id) ON DELETE RESTRICT;

ALTER TABLE ONLY school.lead_tags
    ADD CONSTRAINT lead_tags_lead_id_fkey FOREIGN KEY (lead_id) REFERENCES school.leads(id) ON DELETE RESTRICT;

ALTER TABLE ONLY school.leads
    ADD CONSTRAINT leads_assigned_teacher_id_fkey FOREIGN KEY (assigned_teacher_id) REFERENCES school.users(id) ON DELETE RESTRICT;

ALTER TABLE ONLY school.leads
    ADD CONSTRAINT leads_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES school.users(id) ON DELETE RESTRICT;

ALTER TABLE ONLY school.leads
    ADD CONSTRAINT leads_stage_id_fkey FOREIGN KEY (stage_id) REFERENCES school.lead_stages(id) ON DELETE RESTRICT;

ALTER TABLE ONLY school.notification_events
    ADD CONSTRAINT notification_events_actor_user_id_fkey FOREIGN KEY (actor_user_id) REFERENCES school.users(id) ON DELETE RESTRICT;

ALTER TABLE ONLY school.notifications
    ADD CONSTRAINT notifications_event_id_fkey FOREIGN KEY (event_id) REFERENCES school.notification_events(id) ON DELETE RESTRICT;

ALTER TABLE ONLY school.notifications
    ADD CONSTRAINT notifications_recipient_user_id_fkey FOREIGN KEY (recipient_user_id) REFERENCES school.users(id) ON DELETE RESTRICT;

ALTER TABLE ONLY school.pauses
    ADD CONSTRAINT pauses_admission_id_fkey FOREIGN KEY (admission_id) REFERENCES school.admissions(id) ON DELETE RESTRICT;

ALTER TABLE ONLY school.pauses
    ADD CONSTRAINT pauses_created_by_fkey FOREIGN KEY (created_by) REFERENCES school.users(id) ON DELETE RESTRICT;

ALTER TABLE ONLY school.reschedule_requests
    ADD CONSTRAINT reschedule_requests_admission_id_fkey FOREIGN KEY (admission_id) REFERENCES school.admissions(id) ON DELETE RESTRICT;

ALTER TABLE ONLY school.reschedule_requests
    ADD CONSTRAINT reschedule_requests_classroom_slot_id_fkey FOREIGN KEY (classroom_slot_id) REFERENCES school.classroom_slots(id) ON DELETE RESTRICT;

ALTER TABLE ONLY school.reschedule_requests
    ADD CONSTRAINT reschedule_requests_decided_by_fkey FOREIGN KEY (decided_by) REFERENCES school.users(id) ON DELETE RESTRICT;

ALTER TABLE ONLY school.reschedule_requests
    ADD CONSTRAINT reschedule_requests_original_attendance_id_fkey FOREIGN KEY (original_attendance_id) REFERENCES school.attendance(id) ON DELETE RESTRICT;

ALTER TABLE ONLY school.reschedule_requests
    ADD CONSTRAINT reschedule_requests_requested_by_fkey FOREIGN KEY (requested_by) REFERENCES school.users(id) ON DELETE RESTRICT;

ALTER TABLE ONLY school.reschedule_requests
    ADD CONSTRAINT reschedule_requests_source_classroom_slot_id_fkey FOREIGN KEY (source_classroom_slot_id) REFERENCES school.classroom_slots(id) ON DELETE RESTRICT;

ALTER TABLE ONLY school.reschedule_requests
    ADD CONSTRAINT reschedule_requests_student_id_fkey FOREIGN KEY (student_id) REFERENCES school.users(id) ON DELETE RESTRICT;

ALTER TABLE ONLY school.school_closures
    ADD CONSTRAINT school_closures_created_by_fkey FOREIGN KEY (created_by) REFERENCES school.users(id) ON DELETE RESTRICT;

ALTER TABLE ONLY school.attendance
    ADD CONSTRAINT student_is_that_of_the_admission FOREIGN KEY (admission_id, student_id) REFERENCES school.admissions(id, student_id) ON DELETE RESTRICT;

ALTER TABLE ONLY school.trials
    ADD CONSTRAINT trials_classroom_slot_id_fkey FOREIGN KEY (classroom_slot_id) REFERENCES school.classroom_slots(id) ON DELETE RESTRICT;

ALTER TABLE ONLY school.trials
    ADD CONSTRAINT trials_course_id_fkey FOREIGN KEY (course_id) REFERENCES school.courses(id) ON DELETE RESTRICT;

ALTER TABLE ONLY school.trials
    ADD CONSTRAINT trials_created_by_fkey FOREIGN KEY (created_by) REFERENCES school.users(id) ON DELETE RESTRICT;

ALTER TABLE ONLY school.trials
    ADD CONSTRAINT trials_ended_by_fkey FOREIGN KEY (ended_by) REFERENCES school.users(id) ON DELETE RESTRICT;

ALTER TABLE ONLY school.trials
    ADD CONSTRAINT trials_lead_id_fkey FOREIGN KEY (lead_id) REFERENCES school.leads(id) ON DELETE RESTRICT;

ALTER TABLE ONLY school.trials
    ADD CONSTRAINT trials_teacher_id_fkey FOREIGN KEY (teacher_id) REFERENCES school.users(id) ON DELETE RESTRICT;

ALTER TABLE ONLY school.notification_events
    ADD CONSTRAINT type_is_one_of_those_there_are FOREIGN KEY (type) REFERENCES school.notification_types(type) ON DELETE RESTRICT;

ALTER TABLE ONLY school.user_settings
    ADD CONSTRAINT user_settings_user_id_fkey FOREIGN KEY (user_id) REFERENCES school.users(id) ON DELETE CASCADE;

ALTER TABLE ONLY school.waitlist_entries
    ADD CONSTRAINT waitlist_entries_admission_id_fkey FOREIGN KEY (admission_id) REFERENCES school.admissions(id) ON DELETE RESTRICT;

ALTER TABLE ONLY school.waitlist_entries
    ADD CONSTRAINT waitlist_entries_course_id_fkey FOREIGN KEY (course_id) REFERENCES school.courses(id) ON DELETE RESTRICT;

ALTER TABLE ONLY school.waitlist_entries
    ADD CONSTRAINT waitlist_entries_course_plan_id_fkey FOREIGN KEY (course_plan_id) REFERENCES school.course_plans(id) ON DELETE RESTRICT;

ALTER TABLE ONLY school.waitlist_entries
    ADD CONSTRAINT waitlist_entries_created_by_fkey FOREIGN KEY (created_by) REFERENCES school.users(id) ON DELETE RESTRICT;

ALTER TABLE ONLY school.waitlist_entries
    ADD CONSTRAINT waitlist_entries_lead_id_fkey FOREIGN KEY (lead_id) REFERENCES school.leads(id) ON DELETE RESTRICT;

ALTER TABLE ONLY school.waitlist_entries
    ADD CONSTRAINT waitlist_entries_student_id_fkey FOREIGN KEY (student_id) REFERENCES school.users(id) ON DELETE RESTRICT;

ALTER TABLE ONLY school.waitlist_entries
    ADD CONSTRAINT waitlist_entries_teacher_id_fkey FOREIGN KEY (teacher_id) REFERENCES school.users(id) ON DELETE RESTRICT;

ALTER TABLE ONLY school.waitlist_time_slots
    ADD CONSTRAINT waitlist_time_slots_time_slot_id_fkey FOREIGN KEY (time_slot_id) REFERENCES school.time_slot_templates(id) ON DELETE RESTRICT;

ALTER TABLE ONLY school.waitlist_time_slots
    ADD CONSTRAINT waitlist_time_slots_waitlist_entry_id_fkey FOREIGN KEY (waitlist_entry_id) REFERENCES school.waitlist_entries(id) ON DELETE RESTRICT;

ALTER TABLE auth.activation_tokens ENABLE ROW LEVEL SECURITY;

ALTER TABLE auth.calendar_tokens ENABLE ROW LEVEL SECURITY;

ALTER TABLE auth.catalog_fingerprint ENABLE ROW LEVEL SECURITY;

ALTER TABLE auth.channel_key ENABLE ROW LEVEL SECURITY;

ALTER TABLE auth.code_layer ENABLE ROW LEVEL SECURITY;

ALTER TABLE auth.credentials ENABLE ROW LEVEL SECURITY;

ALTER TABLE auth.direct_logins ENABLE ROW LEVEL SECURITY;

ALTER TABLE auth.failed_attempts ENABLE ROW LEVEL SECURITY;

ALTER TABLE auth.idempotency_keys ENABLE ROW LEVEL SECURITY;

ALTER TABLE auth.migration_checksums ENABLE ROW LEVEL SECURITY;

ALTER TABLE auth.sessions ENABLE ROW LEVEL SECURITY;

ALTER TABLE auth.tickets ENABLE ROW LEVEL SECURITY;

ALTER TABLE jobs.lease ENABLE ROW LEVEL SECURITY;

ALTER TABLE jobs.runs ENABLE ROW LEVEL SECURITY;

ALTER TABLE jobs.schedule ENABLE ROW LEVEL SECURITY;

ALTER TABLE school.access_requests ENABLE ROW LEVEL SECURITY;

ALTER TABLE school.admission_payment_history ENABLE ROW LEVEL SECURITY;

ALTER TABLE school.admission_payments ENABLE ROW LEVEL SECURITY;

ALTER TABLE school.admission_sight ENABLE ROW LEVEL SECURITY;

ALTER TABLE school.admission_slots ENABLE ROW LEVEL SECURITY;

ALTER TABLE school.admissions ENABLE ROW LEVEL SECURITY;

ALTER TABLE school.attendance ENABLE ROW LEVEL SECURITY;

ALTER TABLE school.attendance_history ENABLE ROW LEVEL SECURITY;

ALTER TABLE school.class_substitutes ENABLE ROW LEVEL SECURITY;

ALTER TABLE school.classroom_enrollments ENABLE ROW LEVEL SECURITY;

ALTER TABLE school.classroom_slots ENABLE ROW LEVEL SECURITY;

ALTER TABLE school.course_plans ENABLE ROW LEVEL SECURITY;

ALTER TABLE school.course_teachers ENABLE ROW LEVEL SECURITY;

ALTER TABLE school.courses ENABLE ROW LEVEL SECURITY;

ALTER TABLE school.deliveries ENABLE ROW LEVEL SECURITY;

ALTER TABLE school.held_seats ENABLE ROW LEVEL SECURITY;

ALTER TABLE school.instruments ENABLE ROW LEVEL SECURITY;

ALTER TABLE school.lead_audit_events ENABLE ROW LEVEL SECURITY;

ALTER TABLE school.lead_notes ENABLE ROW LEVEL SECURITY;

ALTER TABLE school.lead_stages ENABLE ROW LEVEL SECURITY;

ALTER TABLE school.lead_tags ENABLE ROW LEVEL SECURITY;

ALTER TABLE school.leads ENABLE ROW LEVEL SECURITY;

ALTER TABLE school.mail_templates ENABLE ROW LEVEL SECURITY;

ALTER TABLE school.notification_events ENABLE ROW LEVEL SECURITY;

ALTER TABLE school.notification_types ENABLE ROW LEVEL SECURITY;

ALTER TABLE school.notifications ENABLE ROW LEVEL SECURITY;

ALTER TABLE school.operating_days ENABLE ROW LEVEL SECURITY;

ALTER TABLE school.pauses ENABLE ROW LEVEL SECURITY;

ALTER TABLE school.reschedule_requests ENABLE ROW LEVEL SECURITY;

ALTER TABLE school.school_closures ENABLE ROW LEVEL SECURITY;

ALTER TABLE school.school_settings ENABLE ROW LEVEL SECURITY;

ALTER TABLE school.time_slot_templates ENABLE ROW LEVEL SECURITY;

ALTER TABLE school.trials ENABLE ROW LEVEL SECURITY;

ALTER TABLE school.user_settings ENABLE ROW LEVEL SECURITY;

ALTER TABLE school.users ENABLE ROW LEVEL SECURITY;

ALTER TABLE school.waitlist_entries ENABLE ROW LEVEL SECURITY;

ALTER TABLE school.waitlist_time_slots ENABLE ROW LEVEL SECURITY;

ALTER TABLE school.webhook_endpoints ENABLE ROW LEVEL SECURITY;

reset role;
reset search_path;

do $$
declare
  v_column record;
begin
  if (select r.rolsuper from pg_catalog.pg_roles as r where r.rolname = current_user) then
    delete from pg_catalog.pg_statistic as s
    using pg_catalog.pg_attribute as a
    where s.starelid = a.attrelid
      and s.staattnum = a.attnum
      and a.attstattarget = 0
      and a.attrelid in (select c.oid from pg_catalog.pg_class as c where c.relnamespace = 'school'::regnamespace);
  elsif current_setting('server_version_num')::integer >= 180000 then
    for v_column in
      select c.relname, a.attname
      from pg_catalog.pg_attribute as a
      join pg_catalog.pg_class as c on c.oid = a.attrelid
      where c.relnamespace = 'school'::regnamespace
        and c.relkind = 'r'
        and a.attstattarget = 0
        and not a.attisdropped
    loop
      perform pg_clear_attribute_stats('school', v_column.relname, v_column.attname, false);
    end loop;
  elsif exists (select from pg_catalog.pg_stats as s where s.schemaname = 'school' and s.tablename = 'leads') then
    raise warning 'statistics of personal columns stay until a superuser deletes those of columns with attstattarget 0 from pg_statistic';
  end if;
end
$$;
