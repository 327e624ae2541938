"""What is done by the clock: the schedule, and what goes out by e-mail and webhook."""
