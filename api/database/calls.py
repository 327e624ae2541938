"""What a call through the gateway is: who calls, what, under which key, and what is answered."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO, Any

from psycopg import pq

from api.database.catalog import Function
from api.database.pipeline import Statement
from api.problems import Problem, returned


@dataclass(slots=True)
class Caller:
    """Who calls, and what the call has cost so far (milliseconds).

    ``token_hash`` is the SHA-256 of the bearer token, None for a caller without a session;
    ``long`` gives the call the time of a whole file, ``limit_ms`` a time of its own; ``reads``
    says that it is to write nothing.
    """

    token_hash: bytes | None
    request_id: str
    client_address: str | None
    pool_ms: float = 0.0
    db_ms: float = 0.0
    long: bool = False
    limit_ms: int | None = None
    reads: bool = False

    def token(self) -> bytes | None:
        """The token's hash in the text form of bytea."""
        return None if self.token_hash is None else b"\\x" + self.token_hash.hex().encode()


@dataclass(frozen=True, slots=True)
class Waits:
    """How long a call waits: ``pool_s`` for a connection, ``grace_s`` beyond its time limit until
    the server is taken for dead; ``retries`` is how often a transaction is tried again."""

    pool_s: float
    grace_s: float
    retries: int


# Forty at once for the last seat of a school just started wait two seconds for a connection on a
# busy machine.
PATIENT = Waits(pool_s=4.0, grace_s=5.0, retries=3)


@dataclass(frozen=True, slots=True)
class Key:
    """An idempotency key with what it belongs to; ``body_hash`` is the body's SHA-256."""

    key: str
    method: str
    path: str
    body_hash: bytes

    def values(self) -> tuple[bytes, bytes, bytes]:
        return self.key.encode(), self.method.encode(), self.path.encode()


@dataclass(frozen=True, slots=True)
class Answer:
    """``body`` is what goes out, or ``file``, from its beginning; ``version`` and ``id`` are the
    resource's, where it has them."""

    status: int
    body: bytes | None
    version: str | None = None
    id: str | None = None
    replayed: bool = False
    file: IO[bytes] | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """A function's call, ready to run, and what its answer is.

    ``reads`` says that it is to write nothing, ``long`` gives it the time of a whole file;
    ``status`` is the success status. Of an answer that is kept for its key, ``secrets`` are the
    members (dotted) that are kept as null, and ``resource`` is the wire view that must still show
    it when it is repeated.
    """

    function: Function
    statement: Statement
    reads: bool = False
    status: int = 200
    long: bool = False
    secrets: tuple[str, ...] = ()
    resource: str | None = None


def answer_of(status: int, result: pq.abc.PGresult) -> Answer | Problem:
    """The answer in a function's result, or the problem that the function returned."""
    body = result.get_value(0, 0)
    if body is not None and body.startswith(b'{"problem"'):
        document = json.loads(body)
        if len(document) == 1:
            return returned(document["problem"]) or Problem("internal_error")
    if status == 204:
        return Answer(status, None)
    if result.nfields == 1:
        return Answer(status, body)
    version, key = result.get_value(0, 1), result.get_value(0, 2)
    return Answer(
        status,
        body,
        None if version is None else version.decode(),
        None if key is None else key.decode(),
    )


def without(body: bytes | None, secrets: Sequence[str]) -> bytes | None:
    """The answer with null for its secrets, given as dotted members."""
    if body is None or not secrets:
        return body
    document = json.loads(body)
    for secret in secrets:
        *way, last = secret.split(".")
        place = document
        for member in way:
            place = place and place.get(member)
        if place:
            place[last] = None
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def replay_of(kept: dict[str, Any]) -> Answer:
    """The answer as it was kept for its key."""
    body: str = kept["body"]
    document = json.loads(body)
    version, key = document.get("version"), document.get("id")
    return Answer(
        kept["status"],
        body.encode(),
        None if version is None else str(version),
        None if key is None else str(key),
        replayed=True,
    )
