-- What leads are sorted by.
create domain api.lead_sort as text;
comment on domain api.lead_sort is '{"type": "string", "enum": ["followUpDate", "createdAt"]}';
