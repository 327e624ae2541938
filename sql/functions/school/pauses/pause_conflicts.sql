-- What stands against a pause that has just been written, as a JSON array in order. p_days_before: how many days the
-- admission paused before it; p_lost and p_found: how many classes it cancels, and for how many there is another date.
create or replace function school.pause_conflicts(
  p_admission_id uuid,
  p_from date,
  p_override boolean,
  p_days_before integer,
  p_lost integer,
  p_found integer
)
returns jsonb
language sql
stable
security invoker
set search_path = ''
as $$
  with conflicts (rank, conflict) as (
    select 1, jsonb_build_object('code', 'start_date_out_of_range', 'message', 'A pause begins today or later.')
    where p_from < school.today()
    union all
    select 2, jsonb_build_object(
      'code', 'pause_too_long',
      'message', format(
        'A plan pauses for %s days at most: %s are left.',
        s.pause_days_per_admission, greatest(0, s.pause_days_per_admission - p_days_before)
      ),
      'daysLeft', greatest(0, s.pause_days_per_admission - p_days_before)
    )
    from school.school_settings as s
    where not p_override
      and school.pause_days(p_admission_id) > s.pause_days_per_admission
    union all
    select 3, jsonb_build_object('code', 'no_change', 'message', 'The plan has no class to come in that time.')
    where p_lost = 0
    union all
    select 4, jsonb_build_object(
      'code', 'no_class_dates',
      'message', format('%s of %s classes find no other date within three years.', p_lost - p_found, p_lost)
    )
    where p_found < p_lost
  )
  select coalesce(jsonb_agg(c.conflict order by c.rank), '[]')
  from conflicts as c;
$$;
comment on function school.pause_conflicts(uuid, date, boolean, integer, integer, integer) is
  'What stands against a pause.';
