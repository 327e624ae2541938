set local role school_owner;

drop index school.leads_by_search_grams;
alter table school.leads no force row level security;
update school.leads as l
set search_grams = array(
  select distinct substr(l.search_text, i, 3)
  from generate_series(1, length(l.search_text) - 2) as i
);
alter table school.leads force row level security;
comment on column school.leads.search_grams is 'All runs of three characters of search_text.';
create index leads_by_search_grams on school.leads using gin (search_grams) with (fastupdate = off);
