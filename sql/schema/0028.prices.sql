-- What an admission costs is kept with it, as its number of classes is; and when a payment is due and was made.
set local role school_owner;

alter table school.admissions
  add column price numeric(12, 2),
  add constraint price_is_not_negative check (price >= 0);
comment on column school.admissions.price is
  'The plan''s price when it was bought, null when it had none; plans may change later.';

-- The default is for what the code of the release before writes until that of this one is loaded.
alter table school.admission_payments
  add column due_on date not null default current_date,
  add column paid_on date,
  add constraint due_on_is_within_reason check (due_on between '1900-01-01' and '2200-12-31'),
  add constraint paid_on_a_date_when_paid check (status = 'paid' or paid_on is null);
comment on column school.admission_payments.due_on is 'The start date of the admission, unless an admin set another.';
comment on column school.admission_payments.paid_on is
  'The local date of the last change to paid; null while unpaid, and where nobody knows.';

alter table school.admission_payment_history
  add column old_due_on date,
  add column new_due_on date;
comment on column school.admission_payment_history.new_due_on is 'Null for changes of a time when none was kept.';

-- The policies and triggers come with the code layer, which may not be there, or be an older one.
alter table school.school_settings no force row level security;
alter table school.course_plans no force row level security;
alter table school.admission_payment_history no force row level security;
alter table school.admissions no force row level security, disable trigger user;
alter table school.admission_payments no force row level security, disable trigger user;

update school.admissions as a
set price = p.price
from school.course_plans as p
where p.id = a.course_plan_id
  and p.price is not null;
update school.admission_payments as p
set
  due_on = a.start_date,
  paid_on = case
    when p.status = 'paid' then (
      coalesce(
        (
          select max(h.created_at)
          from school.admission_payment_history as h
          where h.admission_payment_id = p.id
            and h.new_status = 'paid'
            and h.old_status is distinct from 'paid'
        ),
        p.updated_at
      ) at time zone (select s.timezone from school.school_settings as s)
    )::date
  end
from school.admissions as a
where a.id = p.admission_id;

alter table school.school_settings force row level security;
alter table school.course_plans force row level security;
alter table school.admission_payment_history force row level security;
alter table school.admissions force row level security, enable trigger user;
alter table school.admission_payments force row level security, enable trigger user;

create index admission_payments_by_due_date on school.admission_payments (due_on) where status = 'unpaid';
create index admission_payments_by_payment_date on school.admission_payments (paid_on) where paid_on is not null;
