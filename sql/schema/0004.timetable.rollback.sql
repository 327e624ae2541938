drop table school.class_substitutes;
drop table school.classroom_slots;
drop table school.school_closures;
drop table school.time_slot_templates;
drop table school.operating_days;
