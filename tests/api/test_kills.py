"""What was acknowledged is there, once, whatever is killed and when.

Killed with SIGKILL are the process of the API, one backend of PostgreSQL (which then restarts by
itself) and the whole server: while nobody asks; and while four people write without a pause and a
fifth is held at a known point: inside the transaction, in the middle of COMMIT before it is
written, or after it is written and before anybody was told. Everybody sends again, with the same
Idempotency-Key, what was not acknowledged.
"""

import os
import signal
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import LiteralString

import httpx
import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from tests.support.asking import one
from tests.support.effort import THOROUGH, rounds
from tests.support.owned import OwnServer
from tests.support.promises import Figure
from tests.support.races import in_background
from tests.support.school import Database, bearer
from tests.support.servers import client_of, data_folder, server_in_a_process, server_process
from tests.support.waiting import until

API, BACKEND, SERVER = "the API process", "a backend", "the server"
IDLE, INSIDE, COMMITTING, COMMITTED = "idle", "inside", "committing", "committed"
ALWAYS = ((BACKEND, COMMITTING), (SERVER, COMMITTED))
CROWD = 4

# Who is held waits for a table that the test has locked, or in COMMIT for a standby there is not.
GATES: LiteralString = f"""
create table public.gate ();
create function public.hold() returns trigger language plpgsql security definer as $$
begin
  if new.name like '{COMMITTED}%' then
    perform pg_catalog.set_config('synchronous_commit', 'on', true);
  else
    lock table public.gate in share mode;
  end if;
  return null;
end $$;
create trigger zz_hold after insert on school.instruments for each row
  when (new.name like '{INSIDE}%' or new.name like '{COMMITTED}%') execute function public.hold();
create constraint trigger zz_hold_late after insert on school.instruments
  deferrable initially deferred for each row
  when (new.name like '{COMMITTING}%') execute function public.hold();
"""
HELD = """
select a.pid
from pg_stat_activity as a
where a.usename = 'school_gateway' and (a.wait_event = 'SyncRep' or exists (
  select from pg_locks as l
  where l.pid = a.pid and l.relation = 'public.gate'::regclass and not l.granted
))
"""


class KilledServer(OwnServer):
    """One that is started again after it was killed: the hold of before is given up."""

    def start(self) -> None:
        former = vars(self).get("_server")
        super().start()
        if former is not None:
            former.close()

    def conninfo(self, user: str = "") -> str:
        return make_conninfo(self.owner, user=user) if user else self.owner


class Service:
    """A process of the API on a durable server of its own, and what was written through it."""

    def __init__(self, own: KilledServer, folder: Path) -> None:
        self.own = own
        self.url = ""
        self.sent: set[str] = set()
        self.acknowledged: set[str] = set()
        self.repeats = 0
        self._folder, self._process = folder, ExitStack()
        with self.db() as db:
            db.execute("alter system set synchronous_commit = 'local'")
            db.execute(GATES)

    @contextmanager
    def db(self) -> Iterator[Database]:
        """Connect as the superuser; every statement commits."""
        with psycopg.connect(self.own.conninfo(), autocommit=True) as db:
            yield db

    def serve(self) -> None:
        process = server_in_a_process(self.own.conninfo, self._folder)
        self.url = self._process.enter_context(process)

    def close(self) -> None:
        self._process.close()

    def let_commits_wait(self, *, wait: bool) -> None:
        standbys = "nobody" if wait else ""
        with self.db() as db:
            db.execute(f"alter system set synchronous_standby_names = '{standbys}'".encode())
            db.execute("select pg_reload_conf()")
            until(lambda: one(db, "show synchronous_standby_names") == standbys)

    def ask(self, name: str) -> httpx.Response | None:
        """Write once; None when no answer came."""
        self.sent.add(name)
        headers = {**bearer("ada"), "Idempotency-Key": name}
        try:
            with client_of(self.url) as client:
                answer = client.post("/v1/instruments", json={"name": name}, headers=headers)
        except httpx.TransportError:
            return None
        if answer.status_code == 201:
            self.acknowledged.add(name)
        else:
            assert answer.status_code == 503, answer.text
        return answer

    def write(self, name: str) -> httpx.Response:
        """Write, again and again with the same key, until it is acknowledged."""
        while (answer := self.ask(name)) is None or answer.status_code != 201:
            self.repeats += 1
            time.sleep(0.1)
        return answer

    def held(self) -> int:
        """Wait for the backend that is held."""
        with self.db() as db:
            until(lambda: db.execute(HELD).fetchone() is not None)
            return int(one(db, HELD))

    def kept(self) -> dict[str, int]:
        """Return what is there of what was sent, and how often."""
        with self.db() as db:
            query = "select name, count(*) from school.instruments where name ~ '-' group by name"
            return dict(db.execute(query).fetchall())

    def kill(self, victim: str, held: int | None) -> None:
        if victim == API:
            os.kill(server_process(self.url), signal.SIGKILL)
            self._process.close()
        elif victim == SERVER:
            self.own.kill()
        elif held is None:
            with self.db() as db:
                idle = "select min(pid) from pg_stat_activity where usename = 'school_gateway'"
                os.kill(one(db, idle), signal.SIGKILL)
        else:
            os.kill(held, signal.SIGKILL)


@contextmanager
def crowd(service: Service) -> Iterator[None]:
    """Inside, four write without a pause; in the end they have what they sent acknowledged."""
    stop = threading.Event()
    written = threading.Semaphore(0)

    def press() -> None:
        while not stop.is_set():
            service.write(f"pressed-{uuid.uuid4()}")
            written.release()

    writers = [in_background(press) for _ in range(CROWD)]
    try:
        for _ in range(rounds(5, 25) * CROWD):
            assert written.acquire(timeout=60)
        yield
    finally:
        stop.set()
        for writer in writers:
            writer.result(60)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with TemporaryDirectory(prefix="ostinato-", dir=data_folder()) as folder:
        own = KilledServer(Path(folder), durable=True)
        service = Service(own, tmp_path_factory.mktemp("logs"))
        service.serve()
        yield service
        service.close()
        own.stop()


def cells() -> Iterator[object]:
    for victim in (API, BACKEND, SERVER):
        for moment in (IDLE, INSIDE, COMMITTING, COMMITTED):
            long = not THOROUGH and (victim, moment) not in ALWAYS
            skip = pytest.mark.skipif(long, reason="takes long: OSTINATO_TEST_THOROUGH=1")
            yield pytest.param(victim, moment, id=f"{victim}, {moment}", marks=skip)


@pytest.mark.promise("kills")
@pytest.mark.parametrize(("victim", "moment"), list(cells()))
def test_what_was_acknowledged_is_there_once(
    service: Service, victim: str, moment: str, figure: Figure
) -> None:
    before, repeats = len(service.acknowledged), service.repeats
    held = f"{moment}-{uuid.uuid4()}"
    with ExitStack() as pressed:
        gate, pid = None, None
        if moment == IDLE:
            service.write(f"before-{uuid.uuid4()}")
        else:
            service.let_commits_wait(wait=moment == COMMITTED)
            gate = psycopg.connect(service.own.conninfo())
            gate.execute("lock table public.gate in access exclusive mode")
            in_background(service.ask, held)
            pid = service.held()
            pressed.enter_context(crowd(service))
        killed = time.monotonic()
        service.kill(victim, pid)
        if gate is not None:
            gate.close()
        if victim == SERVER:
            service.own.start()
        elif victim == API:
            service.let_commits_wait(wait=False)
            service.serve()
        service.write(f"after-{uuid.uuid4()}")
        figure.peak("s until a write was taken again", time.monotonic() - killed)
    if moment != IDLE:
        was_there = service.kept().get(held, 0)
        answer = service.write(held)
        if victim != API:
            # Whom nothing but the kill let go is there only if its commit was written.
            assert was_there == (moment == COMMITTED)
            assert answer.headers.get("Idempotency-Replayed") == ("true" if was_there else None)
    kept = service.kept()
    figure.count("writes acknowledged", len(service.acknowledged) - before)
    figure.count("sent again", service.repeats - repeats)
    figure.count("lost", len(service.acknowledged - kept.keys()))
    figure.count("there twice", sum(number > 1 for number in kept.values()))
    assert kept == dict.fromkeys(service.acknowledged, 1)
    assert service.acknowledged == service.sent
    with service.db() as db:
        assert db.execute("select code, detail from school.check_invariants()").fetchall() == []
