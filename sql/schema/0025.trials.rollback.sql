drop table school.trials;
