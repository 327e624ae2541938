-- Rows say when they came as the acts have it; and people have read what they were told, but for the last days.
reset role;
select demo.at(0, '24:00');

create table demo.beginning as
select (p.today - 220 + time '09:00') at time zone p.timezone as at from demo.present as p;

update school.admissions as a
set created_at = e.created_at, updated_at = greatest(e.created_at, a.updated_at)
from school.notification_events as e
where e.type = 'admission.created'
  and e.entity_id = a.id;
update school.admission_sight as s
set created_at = a.created_at
from school.admissions as a
where a.id = s.admission_id;
update school.admission_payments as p
set created_at = a.created_at
from school.admissions as a
where a.id = p.admission_id;
update school.classroom_enrollments as e
set created_at = a.created_at
from school.admissions as a
where a.id = e.admission_id;
update school.attendance as b set created_at = a.created_at from school.admissions as a where a.id = b.admission_id;
update school.users as u
set created_at = coalesce(
  (select min(a.created_at) from school.admissions as a where a.student_id = u.id),
  (select r.reviewed_at from school.access_requests as r where r.user_id = u.id),
  b.at
)
from demo.beginning as b;
update school.instruments set created_at = b.at from demo.beginning as b;
update school.courses set created_at = b.at from demo.beginning as b;
update school.course_plans set created_at = b.at from demo.beginning as b;
update school.time_slot_templates set created_at = b.at from demo.beginning as b;
update school.classroom_slots set created_at = b.at from demo.beginning as b;
update school.school_closures as sc
set created_at = e.created_at
from school.notification_events as e
where e.entity_id = sc.id;

update school.notifications as n
set read_at = n.created_at + interval '3 hours'
from demo.present as p
where n.created_at < p.now - interval '4 days'
  and n.sequence % 9 <> 0;
