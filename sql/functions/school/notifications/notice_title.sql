create or replace function school.notice_title(p_type text)
returns text
language sql
immutable
security invoker
set search_path = ''
as $$
  select case p_type
    when 'lead.assigned' then 'A lead is yours'
    when 'reschedule.requested' then 'A class is to be moved'
    when 'reschedule.approved' then 'A class was moved'
    when 'reschedule.rejected' then 'A class was not moved'
    when 'admission.created' then 'New admission'
    when 'admission.blocked' then 'Admission blocked'
    when 'admission.unblocked' then 'Admission unblocked'
    when 'admission.cancelled' then 'Admission cancelled'
    when 'admission.refused' then 'Admission refused: a class is full'
    when 'access.requested' then 'Somebody asks to be let in'
    when 'follow_up.due' then 'Follow-up due'
    when 'classes.remaining_4' then 'Few classes left'
    when 'classes.remaining_0' then 'No classes left'
    else p_type
  end;
$$;
comment on function school.notice_title(text) is 'The title of a notice of this type.';
