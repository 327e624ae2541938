set local role school_owner;

drop index school.leads_by_search_text;
-- With the extension, if it was created here.
drop schema trigrams cascade;

alter table school.leads add column search_grams text[] not null default '{}';
comment on column school.leads.search_grams is 'All runs of three characters of search_text and two line ends.';
alter table school.leads no force row level security;
update school.leads as l
set search_grams = array(
  select distinct substr(l.search_text || e'\n\n', i, 3)
  from generate_series(1, length(l.search_text)) as i
);
alter table school.leads force row level security;
create index leads_by_search_grams on school.leads using gin (array_to_tsvector(search_grams)) with (fastupdate = off);
alter table school.leads alter column search_grams set statistics 0;
alter index school.leads_by_search_grams alter column 1 set statistics 0;
