-- One pass: what a value brings along is never taken for a placeholder. A placeholder without a value is left out, or,
-- with p_whole, leaves nothing of the text: null. Jobs fill in thousands: a loop costs a fifth of a query.
create or replace function school.fill_in(p_text text, p_values jsonb, p_whole boolean default false)
returns text
language plpgsql
immutable
security invoker
set search_path = ''
as $$
declare
  v_pieces text[] := string_to_array(p_text, '{');
  v_text text := coalesce(v_pieces[1], '');
  v_piece text;
  v_name text;
  v_value text;
begin
  foreach v_piece in array v_pieces[2:] loop
    v_name := substring(v_piece from '^([A-Za-z]+)\}');
    if v_name is null then
      v_text := v_text || '{' || v_piece;
    else
      v_value := p_values ->> v_name;
      if p_whole and v_value is null then
        return null;
      end if;
      v_text := v_text || coalesce(v_value, '') || substr(v_piece, length(v_name) + 2);
    end if;
  end loop;
  return v_text;
end;
$$;
comment on function school.fill_in(text, jsonb, boolean) is 'A text with its {placeholders} filled in.';
