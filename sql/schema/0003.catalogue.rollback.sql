drop table school.course_plans;
drop table school.course_teachers;
drop table school.courses;
drop table school.instruments;
