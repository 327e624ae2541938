"""The files by which the embedded server knows where to listen and whom to let in."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

LOOPBACK = "127.0.0.1"

_CONFIGURATION = """\
# Written at every start of the embedded server; changes belong in postgresql.conf.
listen_addresses = '{address}'
port = {port}
unix_socket_directories = {socket_folder}
unix_socket_permissions = 0700
max_connections = 200
timezone = 'UTC'
log_timezone = 'UTC'
jit = off
logging_collector = on
log_directory = 'log'
log_filename = 'postgresql-%a.log'
log_truncate_on_rotation = on
log_rotation_age = 1d
log_line_prefix = '%m [%p] %q%u %a '
{durability}"""

_AUTHENTICATION = """\
# Written at every start of the embedded server. Its socket is its account's.
local all all trust
local replication all trust
"""
_OVER_TCP = """\
# Over TCP come the logins that grant-sql makes, with their passwords; nobody who is trusted here.
host all {trusted} all reject
host {database} all {address}/32 scram-sha-256
"""


@dataclass(frozen=True)
class Access:
    """What is open besides the socket: an IPv4 ``address``, for the ``database`` alone and for
    nobody of those who are ``trusted`` on the socket. No address: nothing."""

    address: str = ""
    database: str = ""
    trusted: Sequence[str] = ()


LOCAL = Access()


def write_configuration(
    cluster: Path, socket_folder: Path, port: int, *, durable: bool, access: Access
) -> None:
    """Write them for a start in ``cluster``; ``port`` is the socket's number, too."""
    main = cluster / "postgresql.conf"
    include = "include_if_exists = 'ostinato.conf'"
    text = main.read_text(encoding="utf-8")
    if include not in text:
        main.write_text(f"{text}\n{include}\n", encoding="utf-8")
    authentication = _AUTHENTICATION
    if access.address:
        authentication += _OVER_TCP.format(
            trusted=",".join(access.trusted), database=access.database, address=access.address
        )
    (cluster / "pg_hba.conf").write_text(authentication, encoding="utf-8")
    (cluster / "ostinato.conf").write_text(
        _CONFIGURATION.format(
            address=access.address,
            port=port,
            socket_folder="'" + str(socket_folder).replace("'", "''") + "'",
            durability=""
            if durable
            else "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\n",
        ),
        encoding="utf-8",
    )
