-- p_count of these classes that do not overlap, those that come first if any can: a class is passed over only when with
-- it the wish could not be met whole. Null when they are too few.
create or replace function school.classes_together(p_times school.weekly_time[], p_count integer)
returns uuid[]
language plpgsql
immutable
security invoker
set search_path = ''
as $$
declare
  v_rest school.weekly_time[] := p_times;
  v_beside school.weekly_time[];
  v_first school.weekly_time;
  v_chosen uuid[] := array[]::uuid[];
begin
  if school.most_together(v_rest) < p_count then
    return null;
  end if;
  while cardinality(v_chosen) < p_count loop
    v_first := v_rest[1];
    v_rest := v_rest[2:];
    v_beside := array(
      select (r.classroom_slot_id, r.weekday, r.start_time, r.end_time)::school.weekly_time
      from unnest(v_rest) with ordinality as r (classroom_slot_id, weekday, start_time, end_time, place)
      where r.weekday <> v_first.weekday
        or r.start_time >= v_first.end_time
        or r.end_time <= v_first.start_time
      order by r.place
    );
    if cardinality(v_chosen) + 1 + school.most_together(v_beside) >= p_count then
      v_chosen := v_chosen || v_first.classroom_slot_id;
      v_rest := v_beside;
    end if;
  end loop;
  return v_chosen;
end;
$$;
comment on function school.classes_together(school.weekly_time[], integer) is
  'So many classes of a week that do not overlap.';
