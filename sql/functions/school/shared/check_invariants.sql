-- What must hold at any time, whatever happened; no row when sound. For DBAs and tests.
-- definer: judged over all rows.
create or replace function school.check_invariants()
returns table (code text, entity_id uuid, detail text)
language sql
stable
security definer
set search_path = ''
as $$
  select s.code, s.entity_id, s.detail from school.strayed_events() as s
  union all
  select s.code, s.entity_id, s.detail from school.strayed_keys() as s
  union all
  select s.code, s.entity_id, s.detail from school.unsound_seats() as s
  union all
  select s.code, s.entity_id, s.detail from school.unsound_waiting() as s
  union all
  select s.code, s.entity_id, s.detail from school.unsound_admissions() as s
  union all
  select s.code, s.entity_id, s.detail from school.unsound_classes() as s
  union all
  select s.code, s.entity_id, s.detail from school.unsound_attendance() as s
  union all
  select s.code, s.entity_id, s.detail from school.unsound_trials() as s
  union all
  select s.code, s.entity_id, s.detail from school.unsound_timetable() as s
  union all
  select s.code, s.entity_id, s.detail from school.unsound_people() as s;
$$;
comment on function school.check_invariants() is
  'Violations of what must always hold: code, entity and detail; no row when sound.';
