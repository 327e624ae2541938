drop table school.reschedule_requests;
drop table school.attendance_history;
drop table school.attendance;
