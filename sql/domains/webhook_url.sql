-- Where a webhook goes; no user or password in it.
create domain api.webhook_url as text;
comment on domain api.webhook_url is '{"type": "string", "minLength": 8, "maxLength": 2000, "pattern": "^https?://[^\\s/?#@\\\\]+([/?#]\\S*)?$"}';
