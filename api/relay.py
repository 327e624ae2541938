"""Where e-mail goes out: what SMTP_URL and MAIL_FROM say."""

from dataclasses import dataclass
from email.headerregistry import Address
from email.utils import parseaddr
from urllib.parse import parse_qs, unquote, urlsplit

PORTS = {"smtp": 25, "smtps": 465}


@dataclass(frozen=True)
class Relay:
    """The SMTP server, and who sends.

    ``tls`` from the first byte; without it the connection is upgraded when the server offers that.
    """

    host: str
    port: int
    tls: bool
    sender: Address
    username: str | None = None
    password: str | None = None


def relay_of(smtp_url: str, mail_from: str | None) -> Relay:
    """The relay of ``smtp://user:password@host:port?from=address`` or ``smtps://…``.

    User, password, port and ``from`` may be left out, the latter when ``mail_from`` is given.
    Raises ValueError, one line.
    """
    try:
        parts = urlsplit(smtp_url)
        port = parts.port
        query = parse_qs(parts.query, strict_parsing=bool(parts.query))
    except ValueError as error:
        raise ValueError(f"SMTP_URL: {error}") from None
    if parts.scheme not in PORTS or not parts.hostname or parts.path not in ("", "/"):
        raise ValueError("SMTP_URL: expected smtp://[user:password@]host[:port], or smtps://…")
    if unknown := query.keys() - {"from"}:
        raise ValueError(f"SMTP_URL: unknown parameter {min(unknown)!r}")
    given = query.get("from", [mail_from])[-1]
    if given is None:
        raise ValueError("SMTP_URL: who sends? Add ?from=ADDRESS, or set MAIL_FROM")
    name, address = parseaddr(given)
    local, _, domain = address.rpartition("@")
    if not (local and domain and given.isprintable()):
        raise ValueError(f"MAIL_FROM: expected an e-mail address, got {given!r}")
    return Relay(
        parts.hostname,
        port or PORTS[parts.scheme],
        parts.scheme == "smtps",
        Address(name, local, domain),
        None if parts.username is None else unquote(parts.username),
        None if parts.password is None else unquote(parts.password),
    )
