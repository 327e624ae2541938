-- The lead of a trial as the wire names it, for whoever sees the trial: who teaches the class is told who comes, also
-- of a lead that is not theirs otherwise.
-- definer: teachers see few leads; the sight is stated, as in the policies of trials.
create or replace function school.lead_of_trial(p_trial_id uuid)
returns api.lead_ref
language sql
stable
security definer
set search_path = ''
as $$
  select l.id, l.name
  from school.trials as x
  join school.leads as l on l.id = x.lead_id
  where x.id = p_trial_id
    and (
      (select auth.is_admin())
      or x.lead_owner_id = (select auth.user_id_as('staff'))
      or x.teacher_id = (select auth.user_id_as('teacher'))
    );
$$;
comment on function school.lead_of_trial(uuid) is 'Id and name of the lead of a trial, for who sees the trial.';
grant execute on function school.lead_of_trial(uuid) to school_admin, school_staff, school_teacher;
