-- What a diff shows besides catalog.sql: the order of columns, what is said of things, and the settings of our logins.
-- None of it is compared with the record: a restored dump may number columns anew, and comments harm nobody.
select
  'order of columns' as kind,
  c.oid::regclass::text as name,
  string_agg(quote_ident(a.attname), e'\n' order by a.attnum) as definition
from pg_catalog.pg_class as c
join pg_catalog.pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where c.relnamespace::regnamespace::text in ('school', 'auth', 'jobs', 'api', 'analytics')
  and c.relkind in ('r', 'p', 'v', 'f', 'm')
group by c.oid
union all
select 'comment', format('%s %s', i.type, i.identity), d.description
from pg_catalog.pg_description as d
cross join lateral pg_catalog.pg_identify_object(d.classoid, d.objoid, d.objsubid) as i
where coalesce(i.schema, i.name) in ('school', 'auth', 'jobs', 'api', 'analytics', 'trigrams')
  and not exists (
    select
    from pg_catalog.pg_depend as e
    where e.classid = d.classoid
      and e.objid = d.objoid
      and e.deptype = 'e'
  )
union all
select 'settings', s.setrole::regrole::text, array_to_string(s.setconfig, e'\n')
from pg_catalog.pg_db_role_setting as s
where s.setdatabase = 0
  and s.setrole::regrole::text ~ '^school_'
