-- The dated classes of a renewal: after the last class of the old admission, and not before now.
-- Raises no_class_dates.
create or replace function school.renewal_dates(p_old_id uuid, p_total integer)
returns school.class_date[]
language plpgsql
stable
security invoker
set search_path = ''
as $$
declare
  v_dates school.class_date[] := school.next_dates(p_old_id, p_total);
  v_found integer := (select count(*) from unnest(v_dates) as d where not d.is_full);
begin
  if v_found < p_total then
    perform school.fail(
      'no_class_dates', format('Only %s of %s classes find a date within three years.', v_found, p_total)
    );
  end if;
  return v_dates;
end;
$$;
comment on function school.renewal_dates(uuid, integer) is 'The dated classes of a renewal.';
