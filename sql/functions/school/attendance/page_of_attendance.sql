-- One plan serves every page; to make one for each would cost more than to run it.
create or replace function school.page_of_attendance(
  p_ids uuid[],
  p_sort api.short_text,
  p_limit integer,
  p_total bigint
)
returns json
language plpgsql
stable
security invoker
set search_path = ''
set plan_cache_mode = 'force_generic_plan'
as $$
begin
  return (
    select school.page(
      array_agg(row_to_json(b) order by i.place),
      array_agg(json_build_array(p_sort, b."classDate", b."startTime", b.id) order by i.place),
      p_limit,
      p_total
    )
    from unnest(p_ids) with ordinality as i (id, place)
    join api.attendance as b on b.id = i.id
  );
end;
$$;
comment on function school.page_of_attendance(uuid[], api.short_text, integer, bigint) is
  'A page of dated classes, as far as the caller sees them, in the order of the ids.';
grant execute on function school.page_of_attendance(uuid[], api.short_text, integer, bigint)
  to school_admin, school_staff, school_teacher, school_student;
