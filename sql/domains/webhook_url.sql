-- Where a webhook goes; no user or password in it.
create domain api.webhook_url as text
  constraint text_is_short check (length(value) <= 2000);
comment on domain api.webhook_url is '{"type": "string", "minLength": 8, "maxLength": 2000, "pattern": "^https?://[^\\s/?#@\\\\]+([/?#]\\S*)?$"}';
