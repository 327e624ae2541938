"""How a granted login is written as one address."""

from unittest.mock import Mock

import pytest
from psycopg.conninfo import conninfo_to_dict

from api.console.sql_logins import connection_url


@pytest.mark.parametrize(
    ("host", "settings", "url"),
    [
        ("db.test", {}, "postgresql://sam:p%2Fw@db.test:6432/my%20school"),
        (
            "::1",
            {"sslmode": "verify-full"},
            "postgresql://sam:p%2Fw@[::1]:6432/my%20school?sslmode=verify-full",
        ),
        (
            "/run/pg sockets",
            {},
            "postgresql://sam:p%2Fw@/my%20school?host=%2Frun%2Fpg%20sockets&port=6432",
        ),
    ],
)
def test_the_url_of_a_login_says_where_and_how_the_school_was_reached(
    host: str, settings: dict[str, str], url: str
) -> None:
    info = Mock(host=host, port=6432, dbname="my school")
    info.get_parameters.return_value = {"user": "owner", "application_name": "x", **settings}
    assert connection_url(info, "sam", "p/w") == url
    parts = {"user": "sam", "password": "p/w", "host": host, "port": "6432", "dbname": "my school"}
    assert conninfo_to_dict(url) == {**parts, **settings}
