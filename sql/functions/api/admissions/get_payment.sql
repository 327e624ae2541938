create function api.get_payment(p_admission_id uuid)
returns api.payment
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_answer api.payment;
begin
  select * into v_answer from api.payment as p where p."admissionId" = p_admission_id;
  if not found then
    perform school.fail_not_found('payment');
  end if;
  return v_answer;
end;
$$;
comment on function api.get_payment is 'Whether an admission is paid.
Refusals: not_found.';
grant execute on function api.get_payment to school_admin, school_staff, school_student;
