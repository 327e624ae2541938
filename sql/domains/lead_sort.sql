-- What leads are sorted by.
create domain api.lead_sort as text
  constraint text_is_short check (length(value) <= 40);
comment on domain api.lead_sort is '{"type": "string", "enum": ["followUpDate", "createdAt"]}';
