"""Whether this process can serve: what it calls is there, and nothing opens rows.

A database of a newer or older version will do as long as the functions that were planned exist
with parameters, types and results that the plans fit, so that old and new processes both serve
while one version replaces another.
"""

import json
import logging
import time
from collections.abc import Iterable, Mapping
from typing import Any

from falcon.asgi import Request, Response

from api.database.calls import Caller
from api.database.catalog import SIGNATURES, Catalog, signatures_from
from api.database.checkout import code_checksum, migration_files
from api.database.gateway import Gateway
from api.database.pipeline import Statement
from api.http.plans import Plan
from api.http.responders import JSON
from api.problems import Problem

log = logging.getLogger("ostinato.readiness")

KEPT_S = 3.0
# What is called besides the functions of routes.
BARE = (
    "auth.activate",
    "auth.begin_activation",
    "auth.begin_login",
    "auth.begin_password_change",
    "auth.change_password",
    "auth.channel_key",
    "auth.claim_idempotency_key",
    "auth.enter",
    "auth.finish_login",
    "auth.installed",
    "auth.keep_idempotent_answer",
    "auth.last_write",
    "auth.note_write",
    "auth.open_rows",
    "auth.release_idempotency_key",
    "auth.require_replayed",
    "auth.require_ticket",
    "jobs.bury_mails",
    "jobs.claim_mails",
    "jobs.claim_webhooks",
    "jobs.count_waiting",
    "jobs.enabled_jobs",
    "jobs.finish_delivery",
    "jobs.give_up_lease",
    "jobs.hold_lease",
    "jobs.metrics",
    "jobs.run",
)
_READ_ONLY = (
    "pg_catalog.pg_is_in_recovery()"
    " or pg_catalog.current_setting('default_transaction_read_only')::boolean"
)
ASK = Statement(f"select json_build_object('readOnly', {_READ_ONLY})".encode())
JUDGE = Statement(
    f"select json_build_object('readOnly', {_READ_ONLY}, 'installed', auth.installed(),"
    f" 'openRows', auth.open_rows(), 'signatures', ({SIGNATURES}))".encode()
)


class Ready:
    """200 when the database answers and this process can serve from it, else 503.

    The database is asked at every call, the catalog every few seconds.
    """

    def __init__(
        self,
        gateway: Gateway,
        catalog: Catalog,
        plans: Iterable[Plan],
        code_layer: str | None,
    ) -> None:
        names = {f"api.{plan.function.name}" for plan in plans} | set(BARE)
        self._gateway = gateway
        self._planned = {n: catalog.signatures[n] for n in names if n in catalog.signatures}
        self._missing = sorted(names - self._planned.keys())
        self._wrong: list[str] = []
        self._until = 0.0
        self._checksum = code_checksum()
        self._migrations = migration_files().keys()
        self.code_layer_differs = code_layer != self._checksum
        self.migrations_pending: int | None = None
        self._ends = False

    def end(self) -> None:
        """From now on this process is not ready: it is about to end."""
        self._ends = True

    async def on_get(self, req: Request, resp: Response) -> None:
        if self._ends:
            raise Problem("unavailable", "This process is about to end.")
        document = await self._ask(req.context.caller)
        if self._wrong:
            raise Problem("unavailable", "The database is not as this process needs it.")
        told = {"status": "ready"} | ({"read_only": True} if document["readOnly"] else {})
        resp.data = json.dumps(told, separators=(",", ":")).encode()
        resp.content_type = JSON

    async def _ask(self, caller: Caller) -> dict[str, Any]:
        is_due = time.monotonic() >= self._until
        try:
            answer = await self._gateway.bare(caller, JUDGE if is_due else ASK, read_only=True)
        except Problem as problem:
            if problem.status < 500 or problem.code == "internal_error":
                raise Problem("unavailable") from problem
            raise
        document: dict[str, Any] = json.loads(answer.body or b"{}")
        if is_due:
            self._judge(document)
            self._until = time.monotonic() + KEPT_S
        return document

    def _judge(self, document: Mapping[str, Any]) -> None:
        found = signatures_from(document["signatures"])
        wrong = [f"there is no function {name} that fits" for name in self._missing]
        wrong += [
            f"there is no function {name} that fits"
            for name, planned in sorted(self._planned.items())
            if not planned.fits(found.get(name))
        ]
        wrong += document["openRows"]
        if wrong != self._wrong:
            log.error("not ready: %s", "; ".join(wrong)) if wrong else log.warning("ready again")
        self._wrong = wrong
        self.note_installed(document["installed"])

    def note_installed(self, installed: Mapping[str, Any]) -> None:
        """Compare what the database runs, as auth.installed tells, with this checkout."""
        self.code_layer_differs = installed["codeLayer"] != self._checksum
        self.migrations_pending = len(self._migrations - installed["migrations"].keys())
