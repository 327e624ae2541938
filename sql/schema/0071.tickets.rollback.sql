drop table auth.tickets;
