drop table school.held_seats;
drop table school.waitlist_time_slots;
drop table school.waitlist_entries;
