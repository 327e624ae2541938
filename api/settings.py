"""The configuration: read once from the environment into a typed, immutable object."""

import os
import re
import zoneinfo
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from api.addresses import Network, networks
from api.logs import FORMATS
from api.relay import Relay, relay_of

BASE_URL = re.compile(
    r"https?://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?(/[A-Za-z0-9._~/-]*)?", re.ASCII
)
CONTACT = re.compile(r"https?://[!-~]+|[^\s@/:]+@[^\s@/:]+", re.ASCII)
SCHEDULERS = ("auto", "jobs", "outbox", "off")
LOG_LEVELS = ("critical", "error", "warning", "info", "debug")


@dataclass(frozen=True)
class Settings:
    """Everything that can be configured. Field names are the variables' names in lower case.

    ``database_url`` is the gateway's login; None means the embedded server in ``data_dir``.
    ``replica_database_url`` is the gateway's login on a standby that is read from, and
    ``listen_database_url`` the gateway's login past a pooler, for streams; None: ``database_url``.
    ``drain_seconds`` is how long a process that is told to end is not ready and serves on.
    ``owner_database_url`` is the login that migrates. ``statement_timeout_ms`` is in milliseconds,
    ``session_ttl_hours`` in hours. ``login_failures_free`` counts per account and address, and a
    hundred times as many per account; ``failures_per_address`` per 15 minutes and address,
    ``access_requests_per_hour`` per address; 0 turns any of the three off. ``webhook_allow`` are
    private networks that webhooks may go to. ``relay`` is what SMTP_URL and MAIL_FROM say; without
    one e-mail is kept and not sent. ``sender_database_url`` is the login of the senders of e-mail
    and webhooks; None: derived when embedded, else none send. ``mail_max_age_hours`` is how long
    e-mail may wait before it is given up. ``base_url`` is where clients reach us, without a slash
    at the end; ``metrics_allow`` are the networks that may read /metrics, in place of the
    machine itself; ``contact`` is whom the OpenAPI document names, an e-mail address or a URL;
    ``scheduler`` is what is done by the clock, one of SCHEDULERS; ``log_format`` is one of FORMATS;
    ``embedded_port`` opens the embedded server on loopback TCP, None does not.
    """

    database_url: str | None = None
    owner_database_url: str | None = None
    sender_database_url: str | None = None
    replica_database_url: str | None = None
    listen_database_url: str | None = None
    data_dir: Path = Path(".data")
    embedded_port: int | None = None
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    pool_max: int = 10
    drain_seconds: int = 0
    statement_timeout_ms: int = 10_000
    session_ttl_hours: int = 12 * 14
    cors_origins: tuple[str, ...] = ()
    trusted_proxies: tuple[Network, ...] = ()
    school_timezone: str = "UTC"
    scheduler: str = "auto"
    log_level: str = "info"
    log_format: str = "text"
    login_failures_free: int = 5
    failures_per_address: int = 50
    access_requests_per_hour: int = 20
    relay: Relay | None = None
    webhook_allow: tuple[Network, ...] = ()
    mail_max_age_hours: int = 72
    base_url: str | None = None
    metrics_allow: tuple[Network, ...] = ()
    contact: str | None = None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> "Settings":
        """Read the settings from ``environment`` (default: the process's own).

        An empty variable counts as unset. Raises ValueError, one line naming the variable, for a
        value that cannot be used.
        """
        env = os.environ if environment is None else environment
        default = cls()
        return cls(
            database_url=_text(env, "DATABASE_URL"),
            owner_database_url=_text(env, "OWNER_DATABASE_URL"),
            sender_database_url=_text(env, "SENDER_DATABASE_URL"),
            replica_database_url=_text(env, "REPLICA_DATABASE_URL"),
            listen_database_url=_text(env, "LISTEN_DATABASE_URL"),
            data_dir=Path(_text(env, "DATA_DIR") or default.data_dir).expanduser(),
            embedded_port=_integer(env, "EMBEDDED_PORT", 0, 0, 65_535) or None,
            host=_text(env, "HOST") or default.host,
            port=_integer(env, "PORT", default.port, 0, 65_535),
            workers=_integer(env, "WORKERS", default.workers, 1, 256),
            pool_max=_integer(env, "POOL_MAX", default.pool_max, 1, 1_000),
            drain_seconds=_integer(env, "DRAIN_SECONDS", default.drain_seconds, 0, 300),
            statement_timeout_ms=_integer(
                env, "STATEMENT_TIMEOUT_MS", default.statement_timeout_ms, 1, 3_600_000
            ),
            session_ttl_hours=_integer(
                env, "SESSION_TTL_HOURS", default.session_ttl_hours, 1, 24 * 366
            ),
            cors_origins=_words(env, "CORS_ORIGINS"),
            trusted_proxies=_networks(env, "TRUSTED_PROXIES"),
            school_timezone=_timezone(env, "SCHOOL_TIMEZONE", default.school_timezone),
            scheduler=_choice(env, "SCHEDULER", default.scheduler, SCHEDULERS),
            log_level=_choice(env, "LOG_LEVEL", default.log_level, LOG_LEVELS),
            log_format=_choice(env, "LOG_FORMAT", default.log_format, FORMATS),
            login_failures_free=_integer(
                env, "LOGIN_FAILURES_FREE", default.login_failures_free, 0, 1_000_000
            ),
            failures_per_address=_integer(
                env, "FAILURES_PER_ADDRESS", default.failures_per_address, 0, 1_000_000
            ),
            access_requests_per_hour=_integer(
                env, "ACCESS_REQUESTS_PER_HOUR", default.access_requests_per_hour, 0, 1_000_000
            ),
            relay=_relay(env),
            webhook_allow=_networks(env, "WEBHOOK_ALLOW"),
            # A month at the most: what nobody sends is given up by then (jobs.purge).
            mail_max_age_hours=_integer(
                env, "MAIL_MAX_AGE_HOURS", default.mail_max_age_hours, 1, 24 * 30
            ),
            base_url=_base_url(env, "BASE_URL"),
            metrics_allow=_networks(env, "METRICS_ALLOW"),
            contact=_contact(env, "CONTACT"),
        )


def _text(env: Mapping[str, str], name: str) -> str | None:
    return env.get(name, "").strip() or None


def _integer(env: Mapping[str, str], name: str, default: int, low: int, high: int) -> int:
    text = _text(env, name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit()) or not low <= int(text[:12]) <= high:
        raise ValueError(f"{name}: expected a whole number from {low} to {high}, got {text!r}")
    return int(text)


def _choice(env: Mapping[str, str], name: str, default: str, choices: tuple[str, ...]) -> str:
    text = (_text(env, name) or default).lower()
    if text not in choices:
        raise ValueError(f"{name}: expected one of {', '.join(choices)}, got {text!r}")
    return text


def _words(env: Mapping[str, str], name: str) -> tuple[str, ...]:
    return tuple((_text(env, name) or "").replace(",", " ").split())


def _networks(env: Mapping[str, str], name: str) -> tuple[Network, ...]:
    try:
        return networks(*_words(env, name))
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None


def _base_url(env: Mapping[str, str], name: str) -> str | None:
    text = _text(env, name)
    if text is None:
        return None
    if BASE_URL.fullmatch(text) is None:
        raise ValueError(
            f"{name}: expected http://host or https://host[:port][/path], got {text!r}"
        )
    return text.rstrip("/")


def _contact(env: Mapping[str, str], name: str) -> str | None:
    text = _text(env, name)
    if text is not None and CONTACT.fullmatch(text) is None:
        raise ValueError(f"{name}: expected an e-mail address or http(s)://…, got {text!r}")
    return text


def _relay(env: Mapping[str, str]) -> Relay | None:
    text = _text(env, "SMTP_URL")
    return None if text is None else relay_of(text, _text(env, "MAIL_FROM"))


def _timezone(env: Mapping[str, str], name: str, default: str) -> str:
    text = _text(env, name) or default
    if text != "UTC" and text not in zoneinfo.available_timezones():
        raise ValueError(f"{name}: no such time zone: {text!r}")
    return text
