-- Called by definers too, whose rights see everybody: only admins are told who it is.
create or replace function school.fail_email_in_use(p_email text)
returns void
language plpgsql
volatile
security invoker
set search_path = ''
as $$
begin
  perform school.fail(
    'email_in_use',
    'A user has this e-mail already.',
    coalesce(
      (
        select jsonb_build_object('userId', u.id, 'user', u.card)
        from school.users as u
        where u.email || '' = p_email
          and u.deleted_at is null
          and auth.is_admin()
      ),
      '{}'
    )
  );
end;
$$;
comment on function school.fail_email_in_use(text) is 'Refuses an e-mail that is taken; names the user to admins.';
grant execute on function school.fail_email_in_use(text) to school_admin, school_staff, school_teacher, school_student;
