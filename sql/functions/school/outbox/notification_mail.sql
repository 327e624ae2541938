create or replace function school.notification_mail(p_notification_id uuid, out subject text, out body text)
returns record
language sql
stable
security invoker
set search_path = ''
as $$
  select m.subject, m.body
  from school.notifications as n
  join school.users as u on u.id = n.recipient_user_id
  left join school.user_settings as s on s.user_id = u.id
  cross join lateral school.mail_text(n.type, s.locale, n.payload || jsonb_build_object(
    'recipientName', u.name,
    'title', n.title,
    'body', n.body,
    'day', n.day
  )) as m
  where n.id = p_notification_id;
$$;
comment on function school.notification_mail(uuid) is
  'Subject and body of the e-mail that tells of a notification; null for none.';
