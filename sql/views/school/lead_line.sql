-- A line of api.lead but for the possible duplicates, which a page of leads looks up for all of its leads at once.
create view school.lead_line
with (security_invoker = true)
as
select
  l.id,
  l.stage_id as "stageId",
  row(l.stage_id, s.name)::api.lead_stage_ref as stage,
  l.name,
  l.phone,
  l.email,
  l.owner_id as "ownerId",
  case
    when l.owner_id is not null
      then row(l.owner_id, coalesce(ou.card ->> 'name', school.user_name(l.owner_id)))::api.person_ref
  end as owner,
  l.assigned_teacher_id as "assignedTeacherId",
  case
    when l.assigned_teacher_id is not null then row(
      l.assigned_teacher_id, coalesce(tu.card ->> 'name', school.user_name(l.assigned_teacher_id))
    )::api.person_ref
  end as "assignedTeacher",
  l.area,
  l.community,
  l.address,
  l.guardian_name as "guardianName",
  l.age,
  l.expected_budget as "expectedBudget",
  l.number_of_contact_attempts as "numberOfContactAttempts",
  l.last_contacted_date as "lastContactedDate",
  l.next_follow_up as "nextFollowUp",
  l.walk_in_date as "walkInDate",
  l.demo_date as "demoDate",
  l.demo_conducted as "demoConducted",
  l.follow_up_date as "followUpDate",
  l.follow_up_status as "followUpStatus",
  l.source,
  l.lost_reason as "lostReason",
  array(
    select t.tag
    from school.lead_tags as t
    where t.lead_id = l.id
    order by t.tag
  ) as tags,
  (
    select a.id
    from school.admissions as a
    where a.lead_id = l.id
      and a.renewed_from_id is null
  ) as "admissionId",
  l.created_at as "createdAt",
  l.updated_at as "updatedAt",
  l.version
from school.leads as l
left join school.lead_stages as s on s.id = l.stage_id
left join school.users as ou on ou.id = l.owner_id
left join school.users as tu on tu.id = l.assigned_teacher_id
where l.deleted_at is null;
comment on view school.lead_line is 'An enquiry without its possible duplicates, as far as the caller may see.';
grant select on school.lead_line to school_admin, school_staff, school_teacher;
