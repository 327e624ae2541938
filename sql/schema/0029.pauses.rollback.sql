drop table school.pauses;
