alter table school.users drop column colleague_card;
