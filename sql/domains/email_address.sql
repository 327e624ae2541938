-- An e-mail address; trimmed, NFC and lower-cased when stored.
create domain api.email_address as text
  constraint text_is_short check (length(value) <= 254);
comment on domain api.email_address is '{"type": "string", "maxLength": 254, "minLength": 3, "pattern": "^\\s*[^@\\s]+@[^@\\s]+\\.[^@\\s]+\\s*$"}';
