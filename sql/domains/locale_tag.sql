-- A language tag.
create domain api.locale_tag as text
  constraint text_is_short check (length(value) <= 35);
comment on domain api.locale_tag is '{"type": "string", "maxLength": 35, "pattern": "^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$"}';
