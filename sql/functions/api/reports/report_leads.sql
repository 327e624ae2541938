-- The leads are found first, by the age at which they were entered; all else is of them alone.
create function api.report_leads(
  p_from date default null,
  p_to date default null,
  p_by api.report_step default 'week'
)
returns json
language plpgsql
stable
security invoker
set search_path = ''
set plan_cache_mode = 'force_custom_plan'
as $$
declare
  v_from date;
  v_to date;
  v_lead_ids uuid[];
begin
  select r.first_date, r.last_date into v_from, v_to from school.report_range(p_from, p_to) as r;
  v_lead_ids := array(
    select l.id
    from school.leads as l
    where l.created_at >= v_from::timestamp at time zone (select school.timezone())
      and l.created_at < (v_to + 1)::timestamp at time zone (select school.timezone())
      and l.deleted_at is null
  );
  return (
    with told as materialized (
      select
        r.*,
        json_build_object(
          'key', r.key,
          'name', case when r.side = 'source' then r.key else school.user_name(r.key::uuid) end,
          'leads', r.leads,
          'won', r.won,
          'lost', r.lost,
          'rate', round(r.won / nullif(r.leads, 0)::numeric, 4)
        ) as rate
      from school.lead_conversion(v_lead_ids, p_by) as r
    )
    select json_build_object(
      'from', v_from,
      'to', v_to,
      'funnel', school.lead_funnel(v_lead_ids),
      'conversion', (
        select json_build_object(
          'bySource', coalesce(json_agg(t.rate order by t.leads desc, t.key) filter (where t.side = 'source'), '[]'),
          'byOwner', coalesce(json_agg(t.rate order by t.leads desc, t.key) filter (where t.side = 'owner'), '[]'),
          'byTeacher', coalesce(json_agg(t.rate order by t.leads desc, t.key) filter (where t.side = 'teacher'), '[]')
        )
        from told as t
      ),
      'followUps', (select t.follow_ups from told as t where t.side = 'all'),
      'series', (
        select json_agg(
          json_build_object(
            'start', p.start,
            'leads', coalesce(t.leads, 0),
            'won', coalesce(t.won, 0),
            'lost', coalesce(t.lost, 0),
            'rate', round(t.won / t.leads::numeric, 4),
            'followUps', coalesce(t.follow_ups, json_build_object('onTime', 0, 'late', 0, 'missed', 0, 'upcoming', 0))
          )
          order by p.start
        )
        from school.report_periods(v_from, v_to, p_by) as p
        left join told as t on t.side = 'period' and t.start = p.start
      )
    )
  );
end;
$$;
comment on function api.report_leads is 'How leads fare that were entered from one date to another.
funnel: by stage, leads now in it, leads that ever entered it, and average and median days spent in it. '
  'conversion: leads, won, lost and rate (won of all) by source, owner and teacher. followUps: completed onTime and '
  'late, missed (open and past due), upcoming. series: the same by the week or month in which they were entered.
from and to are included, three years at most; without them the last 365 days.
Admins are told of all leads, staff of their own and those that nobody owns, teachers of those assigned to them.
Answers: lead_report.
Refusals: invalid_request (to before from, or three years or more after it).';
grant execute on function api.report_leads to school_admin, school_staff, school_teacher;
