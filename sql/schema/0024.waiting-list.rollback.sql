alter table jobs.schedule no force row level security;
alter table jobs.runs no force row level security;
delete from jobs.runs where name = 'expire_offers';
delete from jobs.schedule where name = 'expire_offers';
alter table jobs.runs force row level security;
alter table jobs.schedule force row level security;
drop table school.held_seats;
drop table school.waitlist_time_slots;
drop table school.waitlist_entries;
