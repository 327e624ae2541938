-- Who of the demonstration school has a password, with its hash; no row anywhere else.
select
  u.role,
  u.email,
  u.name,
  c.password_hash
from school.users as u
join auth.credentials as c on c.user_id = u.id
where u.email in (
  'director@ostinato.example', 'office@ostinato.example', 'staff@ostinato.example', 'teacher@ostinato.example',
  'student@ostinato.example'
)
  and u.status = 'active'
  and u.deleted_at is null
order by array_position('{super_admin,admin,staff,teacher,student}', u.role);
