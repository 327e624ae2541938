"""The commands, and the application as a process composes it."""
