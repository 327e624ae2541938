-- Finding leads by any part of name, phone, e-mail or guardian, without an extension: every run of three characters
-- of a lead's text is an element of an indexed array. Both columns are kept by a trigger.
set local role school_owner;

alter table school.leads
  add column search_text text not null default '',
  add column search_grams text[] not null default '{}';
comment on column school.leads.search_text is 'Name, phone, e-mail and guardian, lower case, as search compares them.';
comment on column school.leads.search_grams is 'All runs of three characters of search_text.';
create index leads_by_search_grams on school.leads using gin (search_grams) with (fastupdate = off);
