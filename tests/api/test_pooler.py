"""Behind PgBouncer in transaction mode the API answers as without it, and streams hear at once."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from api.settings import Settings
from tests.api.test_outages import everything_readable
from tests.support.effort import REQUIRED, THOROUGH
from tests.support.listening import Listener
from tests.support.pooler import PGBOUNCER, is_pooled, pgbouncer, pooled
from tests.support.promises import Figure
from tests.support.school import School, bearer
from tests.support.servers import Cluster, client_of, running_server


@pytest.mark.skipif(not THOROUGH, reason="takes long: OSTINATO_TEST_THOROUGH=1")
@pytest.mark.skipif(
    PGBOUNCER is None and not REQUIRED, reason="needs pgbouncer (Debian: apt install pgbouncer)"
)
@pytest.mark.promise("pgbouncer")
def test_behind_a_pooler_all_is_answered_as_without(
    settings: Settings,
    conninfo: Callable[..., str],
    cluster: Cluster,
    school: School,
    figure: Figure,
) -> None:
    with running_server(replace(settings, database_url=conninfo("school_gateway"))) as server:
        expected = everything_readable(server.url, school.ids)
    with (
        TemporaryDirectory(prefix="ostinato-pooler-") as folder,
        pgbouncer(Path(folder), cluster.host, cluster.port) as socket_folder,
    ):
        through = pooled(conninfo("school_gateway"), socket_folder)
        assert is_pooled(through)
        own = replace(settings, database_url=through)
        with running_server(own) as server, client_of(server.url) as client:
            assert everything_readable(server.url, school.ids) == expected
            figure.count("reads alike", len(expected))
            listener = Listener(server.url, school.token("sam"), None)
            path, body = f"/v1/leads/{school['unowned']}/assign", {"ownerId": school["sam"]}
            assert client.post(path, json=body, headers=bearer("ada")).status_code == 200
            assert listener.next(10)["type"] == "lead.assigned", "sooner than the heart beats"
            listener.close()
