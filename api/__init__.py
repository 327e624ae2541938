"""The HTTP layer of Ostinato: it turns a request into one function call in PostgreSQL."""
