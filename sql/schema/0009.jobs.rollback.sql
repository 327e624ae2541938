drop table jobs.runs;
drop table jobs.schedule;
