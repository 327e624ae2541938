-- Everything but the present state comes from the audit events: when a lead entered a stage, and when a follow-up
-- was completed against the date it was due.
-- definer: a report reads every lead, and asking the policies of leads for each event would take minutes.
create function api.report_leads()
returns json
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  if not auth.is_admin() then
    perform school.fail('forbidden', 'Reports are for admins.');
  end if;
  return (
    select json_build_object(
      'funnel', p.funnel,
      'conversion', p.conversion,
      'followUps', (select row_to_json(c) from school.follow_up_compliance() as c)
    )
    from school.lead_progress() as p
  );
end;
$$;
comment on function api.report_leads is 'How leads fare.
funnel: by stage, leads now in it, leads that ever entered it, and average and median days spent in it. '
  'conversion: leads, won, lost and rate (won of all) by source, owner and teacher. followUps: completed onTime and '
  'late, missed (open and past due), upcoming.
Answers: lead_report.';
grant execute on function api.report_leads to school_admin;
