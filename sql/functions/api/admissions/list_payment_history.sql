-- definer: its notes are in the direct reach of admins alone; whoever reads a payment reads its history here.
create function api.list_payment_history(
  p_admission_id uuid,
  p_sort api.age_sort default 'createdAt',
  p_count api.count_wish default false,
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
  v_after text[] := school.decode_cursor(p_cursor, p_sort, 1);
  v_down boolean := left(p_sort, 1) = '-';
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
    with listed as not materialized (
      select c as item, h.sequence
      from school.admission_payment_history as h
      join api.payment_change as c on c.id = h.id
      where h.admission_payment_id = v_payment_id
    )
    select school.page(array_agg(p.item), array_agg(p.key), p_limit, case when p_count then (
      select count(*) from (select from listed limit school.most_counted() + 1) as c
    ) end)
    from (
      select
        row_to_json(l.item) as item,
        json_build_array(p_sort, l.sequence) as key
      from listed as l
      where v_after[1] is null or case when v_down
        then l.sequence < v_after[1]::bigint
        else l.sequence > v_after[1]::bigint
      end
      order by
        case when v_down then l.sequence end desc,
        l.sequence
      limit p_limit + 1
    ) as p
  );
end;
$$;
comment on function api.list_payment_history is 'Lists what was changed of a payment, in order.
Refusals: not_found.';
grant execute on function api.list_payment_history to school_admin, school_staff, school_student;
