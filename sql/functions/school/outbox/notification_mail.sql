-- Of several notifications each is a line, fifty at most, in the template of type notices: {title} is the first one's,
-- {others} how many there are besides, {count} all of them, {lines} the lines.
create or replace function school.notification_mail(
  p_event_id uuid,
  p_recipient_user_id uuid,
  out subject text,
  out body text
)
returns record
language sql
stable
security invoker
set search_path = ''
as $$
  with notices as materialized (
    select n.sequence, n.type, n.title, n.body, n.day, n.payload
    from school.notices_of_mail(p_event_id, p_recipient_user_id) as n
  ),
  told as (
    select
      f.type,
      f.count,
      case
        when f.count = 1 then f.payload || jsonb_build_object('title', f.title, 'body', f.body, 'day', f.day)
        else jsonb_build_object('title', f.title, 'count', f.count, 'others', f.count - 1, 'lines', (
          select string_agg('- ' || concat_ws(': ', n.title, nullif(n.line, '')), e'\n' order by n.sequence)
          from (
            select
              n.sequence,
              n.title,
              left(btrim(regexp_replace(n.body, '[[:cntrl:][:space:]]+', ' ', 'g')), 300) as line
            from notices as n
            order by n.sequence
            limit 50
          ) as n
        ) || case when f.count > 50 then e'\n…' else '' end)
      end as filled
    from (select n.*, count(*) over () from notices as n order by n.sequence limit 1) as f
  )
  select m.subject, m.body
  from told as f
  join school.users as u on u.id = p_recipient_user_id
  left join school.user_settings as s on s.user_id = u.id
  cross join lateral school.mail_text(
    case when f.count = 1 then f.type else 'notices' end,
    s.locale,
    f.filled || jsonb_build_object('recipientName', u.name)
  ) as m;
$$;
comment on function school.notification_mail(uuid, uuid) is
  'Subject and body of the e-mail to a person that tells of an event, and of what else its cause made; null for none.';
