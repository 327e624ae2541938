-- Appends classes at the end of a plan; answers them (school.class_item), fewer than p_count when three years do not
-- hold enough.
create or replace function school.append_classes(p_admission_id uuid, p_count integer)
returns jsonb
language plpgsql
volatile
security invoker
set search_path = ''
as $$
declare
  v_dates school.class_date[] := school.next_dates(p_admission_id, p_count);
begin
  perform school.add_classes(p_admission_id, v_dates);
  return (
    select coalesce(jsonb_agg(school.class_item(b) order by b.class_date, b.start_time), '[]')
    from unnest(v_dates) as d
    join school.attendance as b
      on b.admission_id = p_admission_id
      and b.classroom_slot_id = d.classroom_slot_id
      and b.class_date = d.class_date
      and b.status <> 'cancelled'
    where not d.is_full
  );
end;
$$;
comment on function school.append_classes(uuid, integer) is 'Appends classes at the end of a plan.';
