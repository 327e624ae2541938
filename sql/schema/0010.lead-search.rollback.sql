drop index school.leads_by_search_grams;
alter table school.leads
  drop column search_grams,
  drop column search_text;
