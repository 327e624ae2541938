"""The stream of a person's notifications, as server-sent events.

One connection per process listens to the database. What it hears is which inbox has grown, by a
name that tells others nothing of whose it is; the streams of that person then read the rows under
the person's own role, through the session's token, so that a stream ends as soon as its session
does. No connection is held in between. Where nothing can be heard (through a transaction pooler),
or was lost, the reading at every heart-beat delivers.
"""

import asyncio
import hashlib
import json
import logging
import random
import re
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import psycopg
from falcon.asgi import Request, Response, SSEvent

from api.database.calls import Caller
from api.database.gateway import CONNECT_TIMEOUT_S, Gateway
from api.database.pipeline import Statement
from api.http.plans import Plan
from api.http.responders import Responder, accept, identify, refuse_first
from api.http.routes import EVENT_STREAM
from api.http.schemas import read_query
from api.http.signals import before_signals
from api.problems import Problem, invalid
from api.settings import Settings
from api.waiting import until

log = logging.getLogger("ostinato.streams")

CHANNEL = "ostinato_notifications"
CHANNEL_KEY = Statement(b"select auth.channel_key()")
HEARTBEAT_S = 15.0
WRITE_TIMEOUT_S = 30.0
PER_SESSION = 5
MAX_OPEN = 1_000
RETRY_S = 2.0
PATIENCE_S = (0.02, 1.0)
"""How soon to read again after a reading that failed: at first, at most."""
CONNECTION = "ostinato.connection"
SEQUENCE = re.compile(r"[0-9]{1,18}", re.ASCII)

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Step:
    """What one reading found: ``items`` are pairs of sequence and JSON text, ``last`` is the newest
    sequence, ``following`` the arguments of the reading that goes on from here."""

    recipient: str
    last: int
    following: dict[str, bytes]
    items: list[tuple[int, str]]


class Notification(SSEvent):
    """One notification, as `Step` has it."""

    def __init__(self, sequence: int, data: str) -> None:
        super().__init__(event="notification", event_id=str(sequence), text=data)

    def serialize(self, handler: object = None) -> bytes:
        return f"id: {self.event_id}\nevent: {self.event}\ndata: {self.text}\n\n".encode()


class Connection:
    """A client's connection, between its stream and the server. Once ``gone`` is true the client
    has left, or was left because it did not read; ``wake`` is set when there may be news.
    ``session`` is whose place it takes among the streams."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive = receive
        self._send = send
        self.session: bytes | None = None
        self.gone = False
        self.wake = asyncio.Event()

    async def receive(self) -> dict[str, Any]:
        message = await self._receive()
        if message["type"] == "http.disconnect":
            self.gone = True
            self.wake.set()
        return message

    async def send(self, message: dict[str, Any]) -> None:
        if self.gone:
            return
        try:
            async with asyncio.timeout(WRITE_TIMEOUT_S):
                await self._send(message)
        except TimeoutError:
            log.info("a stream is cut off: its reader does not keep up")
            self.gone = True


class Streams:
    """All streams of this process."""

    def __init__(self, settings: Settings, gateway: Gateway) -> None:
        self._database_url = settings.listen_database_url or settings.database_url or ""
        self._gateway = gateway
        self._open: dict[str, set[Connection]] = {}  # by the key of the inbox
        self._channel_key: bytes | None = None
        self._places: Counter[bytes] = Counter()
        # What streams read at once: the rest of the pool is for requests.
        self._readers = asyncio.Semaphore(max(1, settings.pool_max // 3))
        self._listener: asyncio.Task[None] | None = None
        self._stopping = False

    @property
    def open(self) -> int:
        """How many streams are open."""
        return sum(map(len, self._open.values()))

    def start(self) -> None:
        """Begin to take streams, in the running event loop; a signal to end ends them."""
        self._stopping = False
        before_signals(self.stop)

    def stop(self) -> None:
        """End all streams, and take no more."""
        self._stopping = True
        self._wake_all()

    async def close(self) -> None:
        """Stop, and stop listening."""
        self.stop()
        if self._listener is not None:
            self._listener.cancel()
            await asyncio.gather(self._listener, return_exceptions=True)
            self._listener = None

    def carry(self, app: Application, paths: Collection[str], others: Application) -> Application:
        """The application for these paths, with `Connection` between it and its clients; ``others``
        answers all others."""

        async def carried(scope: Scope, receive: Receive, send: Send) -> None:
            if scope.get("path") not in paths:
                await others(scope, receive, send)
                return
            connection = Connection(receive, send)
            scope[CONNECTION] = connection
            try:
                await app(scope, connection.receive, connection.send)
            finally:
                self._forget(connection)

        return carried

    def _take_place(self, connection: Connection, session: bytes) -> None:
        """Raises ``too_many_requests`` for a session that has enough streams, ``unavailable`` when
        this process has; another may have room."""
        if self._places[session] >= PER_SESSION:
            raise Problem("too_many_requests", f"A session has at most {PER_SESSION} streams.")
        if self._places.total() >= MAX_OPEN:
            raise Problem("unavailable")
        connection.session = session
        self._places[session] += 1

    def _forget(self, connection: Connection) -> None:
        if connection.session is not None:
            self._places[connection.session] -= 1
            if not self._places[connection.session]:
                del self._places[connection.session]
        for inbox, connections in list(self._open.items()):
            connections.discard(connection)
            if not connections:
                del self._open[inbox]

    async def _inbox(self, caller: Caller, recipient: str) -> str:
        """What the channel calls a person, as the database's auth.inbox_key has it."""
        if self._channel_key is None:
            answer = await self._gateway.bare(caller, CHANNEL_KEY)
            self._channel_key = bytes.fromhex((answer.body or b"").decode())
        return hashlib.sha256(self._channel_key + uuid.UUID(recipient).bytes).hexdigest()

    def responder(self, plan: Plan) -> Responder:
        """The responder of the route that streams."""

        async def respond(req: Request, resp: Response) -> None:
            caller: Caller = req.context.caller
            query = await identify(req, self._gateway, plan.route)
            try:
                accept(req, EVENT_STREAM)
                asked = read_query(query, plan.input).get("lastEventId")
                after = last_event_id(req)
                after = asked if after is None else after  # EventSource keeps its address
            except Problem as problem:
                await refuse_first(self._gateway, caller, problem, plan.function)
                raise
            if self._stopping:
                raise Problem("unavailable")
            connection: Connection = req.scope[CONNECTION]
            self._take_place(connection, caller.token_hash or b"")
            read = partial(self._read, caller, plan)
            first = await read({} if after is None else {"p_last_event_id": str(after).encode()})
            inbox = await self._inbox(caller, first.recipient)
            self._open.setdefault(inbox, set()).add(connection)
            if self._listener is None:
                self._listener = asyncio.create_task(self._listen())
            resp.set_header("Last-Event-ID", str(first.last if after is None else after))
            resp.set_header("X-Accel-Buffering", "no")
            resp.sse = self._events(connection, read, first)

        return respond

    async def _read(self, caller: Caller, plan: Plan, arguments: dict[str, bytes]) -> Step:
        async with self._readers:
            answer = await self._gateway.call(caller, plan.call(arguments))
        found: dict[str, Any] = json.loads(answer.body or b"{}")
        following = {"p_snapshot": found["snapshot"].encode()}
        if found["more"]:
            following["p_last_event_id"] = str(found["last"]).encode()
        return Step(
            found["recipient"],
            found["last"],
            following,
            [(item["id"], item["data"]) for item in found["items"]],
        )

    async def _events(
        self,
        connection: Connection,
        read: Callable[[dict[str, bytes]], Awaitable[Step]],
        step: Step,
    ) -> AsyncIterator[SSEvent]:
        now = asyncio.get_running_loop().time
        wake = connection.wake
        wake.set()  # a notification may have come between the first reading and the registration
        failed, patience = False, PATIENCE_S[0]
        beat_at = now() + random.uniform(0.5, 1.0) * HEARTBEAT_S  # noqa: S311
        while True:
            for item in step.items:
                yield Notification(*item)
                beat_at = now() + HEARTBEAT_S
            if now() >= beat_at:
                yield SSEvent(comment="still here")
                beat_at = now() + HEARTBEAT_S
            if not step.items:
                pause = beat_at - now()
                if failed:
                    pause = min(pause, patience)
                    patience = min(2 * patience, PATIENCE_S[1])
                else:
                    patience = PATIENCE_S[0]
                await until(wake, pause)
            if self._stopping or connection.gone:
                return
            wake.clear()
            try:
                step = await read(step.following)
                failed = False
            except Problem as problem:
                if problem.status < 500:
                    return  # the session has ended
                step = replace(step, items=[])
                failed = True

    async def _listen(self) -> None:
        while True:
            try:
                await self._hear()
            except psycopg.Error as error:
                log.warning(
                    "not listening to the database: %s",
                    " ".join(str(error).split()),
                    extra={"kind": "not listening"},
                )
            await asyncio.sleep(RETRY_S)

    async def _hear(self) -> None:
        """Wake streams for as long as the connection lasts, and all of them to begin with."""
        connection = await psycopg.AsyncConnection.connect(
            self._database_url,
            autocommit=True,
            prepare_threshold=None,
            connect_timeout=CONNECT_TIMEOUT_S,
            application_name="ostinato streams",
            keepalives_idle=15,
            keepalives_interval=5,
            keepalives_count=3,
        )
        async with connection:
            asked = await connection.execute("select pg_catalog.pg_backend_pid()")
            if await asked.fetchone() != (connection.info.backend_pid,):
                log.info("a pooler is in between: notifications are delivered at heart-beats")
                await asyncio.Event().wait()
            await connection.execute(f"listen {CHANNEL}")
            self._wake_all()
            async for heard in connection.notifies():
                for one in self._open.get(heard.payload, ()):
                    one.wake.set()

    def _wake_all(self) -> None:
        for connections in self._open.values():
            for one in connections:
                one.wake.set()


def last_event_id(req: Request) -> int | None:
    """The sequence in Last-Event-ID; None without one. Raises ``invalid_request``."""
    header = (req.get_header("Last-Event-ID") or "").strip()
    if not header:
        return None
    if SEQUENCE.fullmatch(header) is None:
        raise invalid(("", "Last-Event-ID is not one of ours"))
    return int(header)
