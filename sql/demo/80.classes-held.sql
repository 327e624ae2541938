-- What has been held is marked, but for yesterday and the day before, which teachers still have to do; and most plans
-- are paid.
select demo.act_as('office@ostinato.example');

select api.mark_attendances(
  jsonb_agg(jsonb_build_object(
    'id', b.id,
    'status', case
      when b.number % 11 = 3 then 'absent'
      when b.number % 13 = 5 then 'late'
      else 'present'
    end
  ))
)
from (
  select
    b.id,
    row_number() over (order by b.class_date, b.start_time, u.name) as number
  from school.attendance as b
  join school.users as u on u.id = b.student_id
  where b.status = 'scheduled'
    and b.class_date < school.today() - 2
) as b
group by b.number / 500;

select api.update_payment(p.id, 'paid', 'Paid by bank transfer.', p_present => '{status,notes}')
from (
  select
    a.id,
    row_number() over (order by a.start_date, u.name, a.id) as number
  from school.admissions as a
  join school.users as u on u.id = a.student_id
) as p
where p.number % 4 <> 0;
