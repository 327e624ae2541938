-- definer: payments are nobody's to write; admins toggle them.
create function api.update_payment(
  p_admission_id uuid,
  p_status api.payment_status default null,
  p_notes api.long_text default null,
  p_due_on date default null,
  p_present text[] default '{}',
  p_if_match bigint default null
)
returns api.payment
language plpgsql
volatile
security definer
set search_path = ''
as $$
declare
  v_version bigint;
  v_answer api.payment;
begin
  if not auth.is_admin() then
    perform school.fail('forbidden', 'Admins keep the payments.');
  end if;
  select p.version into v_version from school.admission_payments as p where p.admission_id = p_admission_id for update;
  if not found then
    perform school.fail_not_found('payment');
  end if;
  perform school.require_version(v_version, p_if_match);
  update school.admission_payments as p
  set
    status = school.patched(p_present, 'status', p_status, p.status),
    notes = school.patched(p_present, 'notes', school.clean(p_notes), p.notes),
    due_on = coalesce(school.patched(p_present, 'due_on', p_due_on, p.due_on), a.start_date),
    paid_on = case
      when school.patched(p_present, 'status', p_status, p.status) <> 'paid' then null
      when p.status = 'paid' then p.paid_on
      else school.today()
    end,
    updated_by = auth.user_id()
  from school.admissions as a
  where p.admission_id = p_admission_id
    and a.id = p.admission_id;
  select * into v_answer from api.payment as p where p."admissionId" = p_admission_id;
  return v_answer;
end;
$$;
comment on function api.update_payment is
  'Notes that an admission is paid or not, and when it is due. No money is moved; every change is kept.
A dueOn of null is the start date again. paidOn is the date on which it became paid.
Refusals: not_found, version_mismatch.';
grant execute on function api.update_payment to school_admin;
