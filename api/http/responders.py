"""Responders: from Falcon's request to the arguments of one call, and from its answer back."""

import hashlib
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from functools import partial
from typing import IO, Any

from falcon import parse_header
from falcon.asgi import Request, Response

from api.database.calls import Answer, Caller, Key
from api.database.catalog import Function
from api.database.gateway import Gateway
from api.database.pipeline import Statement
from api.database.reads import Reads
from api.http.calendars import ICALENDAR, calendar_of
from api.http.passwords import MAX_USER_AGENT, OPERATIONS, Passwords
from api.http.plans import Plan, encode
from api.http.routes import PREFIX, Route
from api.http.schemas import (
    MAX_BODY,
    MAX_LONG_BODY,
    is_storable,
    read_members,
    read_path,
    read_query,
)
from api.http.tables import CSV, CSV_TYPES, Row, parse_csv
from api.problems import Problem, invalid
from api.settings import Settings

JSON = "application/json"
CHARSETS = ("utf-8", "utf8", "us-ascii")
PIECE = 65_536
TICKET = re.compile(r"ticket=([0-9a-f]{64})", re.ASCII)
REQUIRE_TICKET = b"select auth.require_ticket($1::bytea, $2::text)"
BEARER = re.compile(r"bearer +([A-Za-z0-9._~+/-]{1,512}=*)", re.ASCII | re.IGNORECASE)
VERSION = re.compile(r'"([0-9]{1,18})"', re.ASCII)
HOST = re.compile(r"([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?", re.ASCII)
LOCAL_NAMES = ("localhost", "127.0.0.1", "[::1]")
IDEMPOTENCY_KEY = re.compile(r"[\x21-\x7e]{1,255}", re.ASCII)

Responder = Callable[..., Awaitable[None]]


def responder_of(
    route: Route,
    plan: Plan | None,
    gateway: Gateway,
    reads: Reads,
    passwords: Passwords,
    settings: Settings,
) -> Responder:
    """The responder of a route; one without a plan is a password route."""
    if plan is None:
        return PasswordRoute(route, gateway, passwords).responder()
    return FunctionRoute(plan, gateway, reads, settings).responder()


class FunctionRoute:
    """A route that calls a function of schema ``api``."""

    def __init__(self, plan: Plan, gateway: Gateway, reads: Reads, settings: Settings) -> None:
        route, given = plan.route, plan.input
        self._plan = plan
        self._gateway = gateway
        self._reads = reads
        self._base_url = partial(base_url, settings)
        self._per_hour = str(settings.access_requests_per_hour).encode()
        self._parameters = {**given.path, **given.query, **given.body}
        if given.text_body is not None:
            self._parameters[given.text_body.member] = given.text_body
        self._optional = frozenset(m for m, p in given.body.items() if p.default is not None)
        self._reads_rows = route.consumes == CSV
        self._consumes = CSV_TYPES if self._reads_rows else (route.consumes or JSON,)
        self._produces = route.produces or JSON
        self._max_body = MAX_LONG_BODY if route.long else MAX_BODY
        self._keeps_key = route.keeps_key
        self._location = route.location

    def responder(self) -> Responder:
        route = self._plan.route
        is_open = route.open
        saved = f'attachment; filename="{route.filename}"' if route.filename else None

        async def respond(req: Request, resp: Response, **segments: str) -> None:
            caller: Caller = req.context.caller
            query = await identify(req, self._gateway, route)
            try:
                raw = await read_body(req, self._consumes, self._max_body)
                accept(req, self._produces)
                key = idempotency_key(req, raw) if self._keeps_key else None
                arguments = self._arguments(req, caller, query, segments, raw)
            except Problem as problem:
                if not is_open:
                    await refuse_first(self._gateway, caller, problem, self._plan.function)
                raise
            answer = await self._reads.call(caller, self._plan.call(arguments), key)
            write(resp, answer, self._produces)
            if self._location is not None and answer.id is not None:
                resp.set_header("Location", self._location + answer.id)
            if saved is not None:
                resp.set_header("Content-Disposition", saved)

        return respond

    def _arguments(
        self,
        req: Request,
        caller: Caller,
        query: str,
        segments: Mapping[str, str],
        raw: bytes,
    ) -> dict[str, bytes]:
        """The arguments by parameter name. Raises one `Problem` with all that is wrong."""
        given = self._plan.input
        wrong: list[tuple[str, str]] = []
        values: dict[str, Any] = {}
        present: list[str] = []
        try:
            values |= read_query(query, given)
        except Problem as problem:
            wrong += problem.causes()
        try:
            if given.text_body is not None:
                text = read_text(raw)
                values[given.text_body.member] = read_rows(text) if self._reads_rows else text
            else:
                members, present = read_members(raw, given.body_shape, self._optional)
                values |= members
        except Problem as problem:
            wrong += problem.causes()
        if wrong:
            raise invalid(*wrong)
        values |= read_path(segments, given)
        parameters = self._parameters
        arguments = {
            parameters[m].name: encode(value, parameters[m].type) for m, value in values.items()
        }
        return arguments | self._of_gateway(req, caller, present)

    def _of_gateway(self, req: Request, caller: Caller, present: list[str]) -> dict[str, bytes]:
        takes = self._plan.takes
        found: dict[str, bytes] = {}
        if "p_if_match" in takes and (version := if_match(req)) is not None:
            found["p_if_match"] = version
        if "p_present" in takes:
            names = ",".join(self._plan.input.body[member].segment for member in present)
            found["p_present"] = f"{{{names}}}".encode()
        if "p_client_address" in takes and caller.client_address is not None:
            found["p_client_address"] = caller.client_address.encode()
        if "p_requests_per_hour" in takes:
            found["p_requests_per_hour"] = self._per_hour
        if "p_base_url" in takes:
            found["p_base_url"] = self._base_url(req).encode()
        return found


class PasswordRoute:
    """A route of api.http.passwords."""

    def __init__(self, route: Route, gateway: Gateway, passwords: Passwords) -> None:
        self._open = route.open
        self._gateway = gateway
        self._shape = OPERATIONS[route.function].shape
        self._call = passwords.calls[route.function]

    def responder(self) -> Responder:
        async def respond(req: Request, resp: Response) -> None:
            caller: Caller = req.context.caller
            if not self._open:
                caller.token_hash = bearer(req)
            try:
                raw = await read_body(req, (JSON,), MAX_BODY)
                accept(req, JSON)
                if req.query_string:
                    raise invalid(("", "this takes no query parameters"))
                members, _ = read_members(raw, self._shape, ())
            except Problem as problem:
                if not self._open:
                    await refuse_first(self._gateway, caller, problem, None)
                raise
            agent = req.get_header("User-Agent")
            if agent is not None:
                agent = agent[:MAX_USER_AGENT] if is_storable(agent) else None
            write(resp, await self._call(caller, members, agent), JSON)

        return respond


def base_url(settings: Settings, req: Request) -> str:
    """Where clients reach us: BASE_URL, or else the address this request came to.

    Host is the client's word, so it is taken only for a name of this machine or the configured
    HOST. A proxy in front has to be named by BASE_URL.
    """
    if settings.base_url is not None:
        return settings.base_url
    sent = HOST.fullmatch(req.get_header("Host") or "")
    if sent is not None and sent[1].lower() in (*LOCAL_NAMES, settings.host.lower()):
        return f"{req.scheme}://{sent[0]}"
    host, port = req.scope.get("server") or (settings.host, settings.port)
    return f"{req.scheme}://[{host}]:{port}" if ":" in host else f"{req.scheme}://{host}:{port}"


async def refuse_first(
    gateway: Gateway, caller: Caller, problem: Problem, function: Function | None
) -> None:
    """Raise what comes before a wrong shape, if it applies: that there is no such session; before
    a path id that is no UUID also that the role may never do this."""
    await gateway.check(caller, function if problem.code == "not_found" else None)


def write(resp: Response, answer: Answer, media_type: str) -> None:
    """Put the answer into the response."""
    resp.status = answer.status
    if answer.body is not None:
        resp.data = calendar_of(answer.body) if media_type == ICALENDAR else answer.body
        resp.content_type = media_type
    if answer.file is not None:
        resp.set_stream(_pieces(answer.file), answer.file.tell())
        resp.content_type = media_type
    if answer.version is not None:
        resp.set_header("ETag", f'"{answer.version}"')
    if answer.replayed:
        resp.set_header("Idempotency-Replayed", "true")


async def _pieces(file: IO[bytes]) -> AsyncIterator[bytes]:
    with file:
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece


async def identify(req: Request, gateway: Gateway, route: Route) -> str:
    """Let the caller be who the session says, and return the query that is left to read.

    Where the route takes tickets, one in the query stands for the session of whoever sends no
    Authorization, as that cannot be sent with an address. Raises ``unauthenticated``.
    """
    caller: Caller = req.context.caller
    query: str = req.query_string
    if route.open:
        return query
    if not route.ticketed or req.auth is not None:
        caller.token_hash = bearer(req)
        return query
    tickets: list[str] = []
    rest: list[str] = []
    for pair in query.split("&"):
        (tickets if pair.startswith("ticket=") else rest).append(pair)
    match = TICKET.fullmatch(tickets[0]) if len(tickets) == 1 else None
    if match is None:
        raise Problem("unauthenticated")
    ticket = hashlib.sha256(match[1].encode()).hexdigest()
    values = (b"\\x" + ticket.encode(), (PREFIX + route.path).encode())
    found = await gateway.bare(caller, Statement(REQUIRE_TICKET, values), read_only=True)
    caller.token_hash = bytes.fromhex((found.body or b"").decode().removeprefix("\\x"))
    return "&".join(rest)


def bearer(req: Request) -> bytes:
    """The SHA-256 of the bearer token. Raises ``unauthenticated`` without a well-formed one."""
    match = BEARER.fullmatch(req.auth or "")
    if match is None:
        raise Problem("unauthenticated")
    return hashlib.sha256(match[1].encode()).digest()


async def read_body(req: Request, media_types: Collection[str], most: int) -> bytes:
    """The body, at most ``most`` bytes, of one of the types; an empty one may be of any."""
    length = req.content_length
    if length is not None and length > most:
        raise Problem("body_too_large")
    if length == 0 or (length is None and req.get_header("Transfer-Encoding") is None):
        return b""
    raw: bytes = await req.stream.read(most + 1)
    if len(raw) > most:
        raise Problem("body_too_large")
    if raw:
        sent, options = parse_header((req.content_type or "").lower())
        charset = options.pop("charset", "utf-8")
        if sent not in media_types or charset not in CHARSETS or options:
            raise Problem("unsupported_media_type", f"Send {' or '.join(media_types)} in UTF-8.")
    return raw


def read_text(raw: bytes) -> str:
    """A body of text. Raises ``invalid_request`` when it is not UTF-8 or holds a NUL."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise invalid(("", "the body is not UTF-8")) from None
    if "\x00" in text:
        raise invalid(("", "holds a NUL character"))
    return text


def read_rows(text: str) -> list[Row]:
    """The records of a CSV body. Raises ``invalid_request`` when it is no CSV."""
    try:
        return parse_csv(text)
    except ValueError as error:
        raise invalid(("", str(error))) from None


def accept(req: Request, media_type: str) -> None:
    """Raises ``not_acceptable`` when the client does not want what we have."""
    wanted = req.accept
    if wanted not in ("*/*", media_type) and not req.client_accepts(media_type):
        raise Problem("not_acceptable", f"This answers {media_type}.")


def if_match(req: Request) -> bytes | None:
    """The version in If-Match: ``"12"`` → 12, ``*`` or absent → None, else -1: no match."""
    header = req.get_header("If-Match")
    if header is None or header.strip() == "*":
        return None
    match = VERSION.fullmatch(header.strip())
    return b"-1" if match is None else match[1].encode()


def idempotency_key(req: Request, raw: bytes) -> Key | None:
    """The Idempotency-Key. Raises ``invalid_request`` for a malformed one."""
    header = req.get_header("Idempotency-Key")
    if header is None:
        return None
    if IDEMPOTENCY_KEY.fullmatch(header) is None:
        raise invalid(("", "Idempotency-Key must be 1 to 255 printable ASCII characters"))
    return Key(header, req.method, req.path, hashlib.sha256(raw).digest())
