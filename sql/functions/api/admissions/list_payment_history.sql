-- definer: its notes are in the direct reach of admins alone; whoever reads a payment reads its history here.
create function api.list_payment_history(
  p_admission_id uuid,
  p_limit api.page_limit default 50,
  p_cursor api.page_cursor default null
)
returns json
language plpgsql
stable
security definer
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
as $$
declare
  v_after text[] := school.decode_cursor(p_cursor, 1);
  v_payment_id uuid;
begin
  select p.id
  into v_payment_id
  from school.admission_payments as p
  where p.admission_id = p_admission_id
    and (
      auth.is_admin()
      or p.lead_owner_id = auth.user_id_as('staff')
      or p.student_id = auth.user_id_as('student')
    );
  if not found then
    perform school.fail_not_found('payment');
  end if;
  return (
    select school.page(array_agg(p.item), array_agg(p.key), p_limit)
    from (
      select
        row_to_json(c) as item,
        json_build_array(h.sequence) as key
      from school.admission_payment_history as h
      join api.payment_change as c on c.id = h.id
      where h.admission_payment_id = v_payment_id
        and (v_after[1] is null or h.sequence > v_after[1]::bigint)
      order by h.sequence
      limit p_limit + 1
    ) as p
  );
end;
$$;
comment on function api.list_payment_history is 'Lists what was changed of a payment, in order.
Refusals: not_found.';
grant execute on function api.list_payment_history to school_admin, school_staff, school_student;
