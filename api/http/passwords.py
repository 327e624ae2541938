"""The routes that hash or verify a password between two calls of the database.

Argon2id runs in a few threads, off the event loop. What makes a password good enough, and how
often one may guess, the database decides; here passwords only become hashes.
"""

import asyncio
import json
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from api.database.calls import Answer, Caller
from api.database.catalog import MAX_TEXT
from api.database.gateway import Gateway
from api.database.pipeline import Statement
from api.http.schemas import Shape
from api.problems import Problem
from api.settings import Settings

THREADS = 2
MAX_WAITING = 100
MAX_USER_AGENT = 500

T = TypeVar("T")

BEGIN_LOGIN = (
    b"select auth.begin_login(p_email => $1::text, p_client_address => $2::text,"
    b" p_failures_free => $3::integer, p_failures_per_address => $4::integer)"
)
FINISH_LOGIN = (
    b"select auth.finish_login(p_email => $1::text, p_client_address => $2::text,"
    b" p_verified => $3::boolean, p_new_hash => $4::text, p_ttl_hours => $5::integer,"
    b" p_user_agent => $6::text)"
)
BEGIN_ACTIVATION = (
    b"select auth.begin_activation(p_client_address => $1::text,"
    b" p_failures_per_address => $2::integer)"
)
ACTIVATE = (
    b"select auth.activate(p_token => $1::text, p_password_hash => $2::text,"
    b" p_password_length => $3::integer, p_client_address => $4::text,"
    b" p_ttl_hours => $5::integer, p_user_agent => $6::text)"
)
BEGIN_PASSWORD_CHANGE = (
    b"select auth.begin_password_change(p_token_hash => $1::bytea,"
    b" p_password_length => $2::integer, p_client_address => $3::text,"
    b" p_failures_free => $4::integer, p_failures_per_address => $5::integer)"
)
CHANGE_PASSWORD = (
    b"select auth.change_password(p_token_hash => $1::bytea, p_verified => $2::boolean,"
    b" p_password_hash => $3::text, p_password_length => $4::integer, p_client_address => $5::text)"
)


class Hasher:
    """Argon2id (m = 19456 KiB, t = 2, p = 1) in threads, at most MAX_WAITING calls waiting."""

    def __init__(self) -> None:
        self._argon2 = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
        self._threads = ThreadPoolExecutor(THREADS, "argon2")
        self._waiting = 0
        self._nobody = self._argon2.hash("nobody has this password")

    async def hash(self, password: str) -> str:
        """The encoded hash of a password."""
        return await self._run(lambda: self._argon2.hash(password))

    async def verify(self, encoded: str | None, password: str) -> bool:
        """Whether the password matches; None takes the same time and never does."""

        def matches() -> bool:
            try:
                self._argon2.verify(encoded or self._nobody, password)
            except (VerificationError, InvalidHashError):
                return False
            return encoded is not None

        return await self._run(matches)

    async def renewed(self, encoded: str, password: str) -> str | None:
        """A new hash of a verified password whose hash has other parameters than ours."""
        return await self.hash(password) if self._argon2.check_needs_rehash(encoded) else None

    async def _run(self, work: Callable[[], T]) -> T:
        if self._waiting >= MAX_WAITING:
            raise Problem("unavailable")
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._waiting -= 1

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)


def _object(**members: int) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {
            name: {"type": "string", "minLength": 1, "maxLength": longest}
            for name, longest in members.items()
        },
        "required": list(members),
        "additionalProperties": False,
    }


Call = Callable[[Caller, Mapping[str, Any], str | None], Awaitable[Answer]]


@dataclass(frozen=True, slots=True)
class Operation:
    """What the catalog cannot tell of a password route: its body, comment, answer and refusals."""

    shape: Shape
    summary: str
    description: str
    answers: str | None
    refusals: tuple[str, ...]


OPERATIONS: Mapping[str, Operation] = MappingProxyType(
    {
        "log_in": Operation(
            Shape(_object(email=320, password=MAX_TEXT)),
            "Log in",
            "Answers an access token. Wrong e-mail and wrong password are answered alike; after"
            " some failures the next attempt has to wait.",
            "login",
            ("invalid_credentials", "too_many_requests"),
        ),
        "activate": Operation(
            Shape(_object(token=200, password=MAX_TEXT)),
            "Set the first password with an activation token",
            "Answers an access token, as logging in does. A token works once; after some failures"
            " the next attempt has to wait.",
            "login",
            ("invalid_token", "weak_password", "too_many_requests"),
        ),
        "change_password": Operation(
            Shape(_object(currentPassword=MAX_TEXT, newPassword=MAX_TEXT)),
            "Change the password",
            "The caller's other sessions end. Wrong current passwords count as wrong passwords of a"
            " login do: after some the next attempt has to wait.",
            None,
            ("wrong_password", "weak_password", "too_many_requests"),
        ),
    }
)


class Passwords:
    """The password routes, by the name in the route table; ``refused`` are the logins, by code."""

    def __init__(self, settings: Settings, gateway: Gateway) -> None:
        self._gateway = gateway
        self.refused: Counter[str] = Counter()
        self._hasher = Hasher()
        self._free = str(settings.login_failures_free)
        self._per_address = str(settings.failures_per_address)
        self._ttl = str(settings.session_ttl_hours)
        self.calls: Mapping[str, Call] = {
            "log_in": self.log_in,
            "activate": self.activate,
            "change_password": self.change_password,
        }

    def close(self) -> None:
        self._hasher.close()

    async def log_in(
        self, caller: Caller, members: Mapping[str, Any], user_agent: str | None
    ) -> Answer:
        """Verify between counting the attempt and recording its outcome."""
        try:
            return await self._log_in(caller, members, user_agent)
        except Problem as problem:
            self.refused[problem.code] += 1
            raise

    async def _log_in(
        self, caller: Caller, members: Mapping[str, Any], user_agent: str | None
    ) -> Answer:
        email, password, address = members["email"], members["password"], caller.client_address
        begin = _statement(BEGIN_LOGIN, email, address, self._free, self._per_address)
        begun = await self._gateway.bare(caller, begin)
        encoded: str | None = json.loads(begun.body or b"{}").get("passwordHash")
        verified = await self._hasher.verify(encoded, password)
        renewed = await self._hasher.renewed(encoded, password) if encoded and verified else None
        return await self._gateway.bare(
            caller,
            _statement(
                FINISH_LOGIN, email, address, _flag(verified), renewed, self._ttl, user_agent
            ),
        )

    async def activate(
        self, caller: Caller, members: Mapping[str, Any], user_agent: str | None
    ) -> Answer:
        """Count the attempt, hash, then hand over the token and the hash."""
        password, address = members["password"], caller.client_address
        await self._gateway.bare(caller, _statement(BEGIN_ACTIVATION, address, self._per_address))
        return await self._gateway.bare(
            caller,
            _statement(
                ACTIVATE,
                members["token"],
                await self._hasher.hash(password),
                str(len(password)),
                address,
                self._ttl,
                user_agent,
            ),
        )

    async def change_password(
        self, caller: Caller, members: Mapping[str, Any], user_agent: str | None
    ) -> Answer:
        """Count the attempt, then verify; a wrong password is reported without hashing the new."""
        token, address = caller.token(), caller.client_address
        password = members["newPassword"]
        length = str(len(password))
        begun = await self._gateway.bare(
            caller,
            _statement(
                BEGIN_PASSWORD_CHANGE, token, length, address, self._free, self._per_address
            ),
        )
        encoded: str | None = json.loads(begun.body or b"{}").get("passwordHash")
        verified = await self._hasher.verify(encoded, members["currentPassword"])
        renewed = await self._hasher.hash(password) if verified else None
        await self._gateway.bare(
            caller,
            _statement(CHANGE_PASSWORD, token, _flag(verified), renewed, length, address),
        )
        return Answer(204, None)


def _flag(value: bool) -> str:
    return "true" if value else "false"


def _statement(sql: bytes, *values: str | bytes | None) -> Statement:
    return Statement(sql, [v.encode() if isinstance(v, str) else v for v in values])
