"""The Python of Ostinato: it turns a request into one function call in PostgreSQL.

Imports point one way: console → http, background → database → the modules at the top.
"""

VERSION = "0.1.0"  # pyproject.toml takes it from here
