-- How many items a page holds at most.
create domain api.page_limit as integer;
comment on domain api.page_limit is '{"type": "integer", "minimum": 1, "maximum": 200}';
