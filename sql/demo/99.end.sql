-- Either the whole school stands or none of it; then nothing but the school remains.
reset role;
do $$
begin
  if exists (select from demo.students as s where s.answer is null or s.answer -> 'problem' is not null)
    or exists (select from demo.leads as l where l.lead_id is null)
  then
    perform school.fail('invalid_state', coalesce(
      (
        select 'An admission was refused: ' || (s.answer -> 'problem' ->> 'message')
        from demo.students as s
        where s.answer -> 'problem' is not null
        limit 1
      ),
      'A lead or student of the lists was left out.'
    ));
  end if;
end;
$$;
set local role school_owner;
do $$
begin
  execute (select p.clock from demo.present as p);
end;
$$;
reset role;
-- Nobody of the demonstration is written to for what was made up.
delete from school.deliveries;
update school.notification_types set is_mailed = true where type in (select m.type from demo.mailed as m);
delete from auth.direct_logins where login = session_user;
do $$
declare
  v_role text;
begin
  if not (select r.rolsuper from pg_catalog.pg_roles as r where r.rolname = session_user) then
    foreach v_role in array '{school_super_admin,school_admin,school_staff,school_teacher,school_student}'::text[] loop
      execute format('revoke %I from %I', v_role, session_user);
    end loop;
  end if;
end;
$$;
set local client_min_messages = warning;
drop schema demo cascade;
