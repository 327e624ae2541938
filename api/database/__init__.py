"""The database: the server, its migrations and code layer, its catalog, the calls to it."""
