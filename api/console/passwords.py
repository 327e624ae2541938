"""Passwords that a command sets or tries."""

import asyncio

from api.http.passwords import Hasher


def hashed(password: str) -> str:
    """The password's hash, as it is kept."""
    hasher = Hasher()
    try:
        return asyncio.run(hasher.hash(password))
    finally:
        hasher.close()


def matching(hashes: set[str], password: str) -> set[str]:
    """Those of the hashes that are the password's."""
    hasher = Hasher()
    try:
        return {known for known in hashes if asyncio.run(hasher.verify(known, password))}
    finally:
        hasher.close()
