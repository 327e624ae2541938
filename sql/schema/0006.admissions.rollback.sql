drop table school.classroom_enrollments;
drop table school.admission_payment_history;
drop table school.admission_payments;
drop table school.admission_slots;
drop table school.admissions;
