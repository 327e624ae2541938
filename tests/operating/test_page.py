"""Every command of docs/operating.md is run by a test, which this file names."""

import ast
from pathlib import Path

import pytest

from tests.operating.page import PAGE, Block, blocks_of
from tests.support.console import PROJECT

BLOCKS = blocks_of(PAGE.read_text(encoding="utf-8"))
# What a block shows and nobody runs: what a command prints.
SHOWN = {"", "text"}

# The block's name: the test that runs it, in this folder or where its path says, and reads it from
# the page by that name.
RUN_BY = {
    "server": "test_following.py::machine",
    "code": "test_following.py::machine",
    "database": "test_following.py::machine",
    "notes": "test_following.py::machine",
    "database-of-a-superuser": "test_following.py::test_a_superuser_migrates_in_one_step",
    "passwords": "test_following.py::machine",
    "service": "test_following.py::machine",
    "container": "test_container.py::test_the_containers_of_the_compose_file_migrate_serve_and_end",
    "pg-cron": "test_following.py::test_jobs_run_by_pg_cron",
    "jobs-in-trouble": "tests/api/test_watching.py::test_an_admin_finds_jobs_in_trouble",
    "outbox-in-trouble": "tests/api/test_watching.py::test_an_admin_finds_an_outbox_in_trouble",
    "transactions-left-open": "tests/api/test_watching.py::test_a_monitor_finds_what_is_left_open",
    "standby-behind": "tests/api/test_watching.py::test_a_monitor_finds_what_is_left_open",
    "connections-short": "tests/api/test_watching.py::test_a_monitor_finds_what_is_left_open",
    "unsound": "tests/api/test_watching.py::test_the_login_that_migrates_finds_what_is_unsound",
    "retention": "tests/functions/jobs/test_retention.py::test_what_the_page_says_is_done",
    "purge": "tests/functions/jobs/test_retention.py::test_what_the_page_says_is_done",
    "dump": "test_following.py::test_a_dump_is_restored_in_place_of_the_school",
    "dump-by-the-owner": "test_following.py::test_the_owner_dumps_and_restores_all_rows",
    "restore": "test_following.py::test_a_dump_is_restored_in_place_of_the_school",
    "restore-by-the-owner": "test_following.py::test_the_owner_dumps_and_restores_all_rows",
    "archive": "test_following.py::test_the_school_goes_back_to_a_point_in_time",
    "point-in-time": "test_following.py::test_the_school_goes_back_to_a_point_in_time",
    "upgrade": "test_following.py::test_a_release_is_followed_by_the_next_and_comes_back",
    "back": "test_following.py::test_a_release_is_followed_by_the_next_and_comes_back",
    "rollback": "test_following.py::test_a_release_is_followed_by_the_next_and_comes_back",
    "new-server": "test_following.py::test_the_school_moves_to_a_newer_major_version",
    "from-embedded": "test_following.py::test_the_embedded_school_moves_to_a_server",
    "to-a-server": "test_following.py::test_the_embedded_school_moves_to_a_server",
}


def fault_of(block: Block) -> str | None:
    """Return what keeps a block from being run by a test."""
    if not block.name:
        return f"a block has no name: {block.text.splitlines()[0]}"
    if block.name not in RUN_BY:
        return f"{block.name} is run by no test: name one in RUN_BY"
    file, _, test = RUN_BY[block.name].partition("::")
    path = PROJECT / file if "/" in file else Path(__file__).with_name(file)
    if not path.exists():
        return f"{block.name}: there is no {file}"
    tree = ast.parse(path.read_text(encoding="utf-8"))
    if not any(isinstance(node, ast.FunctionDef) and node.name == test for node in ast.walk(tree)):
        return f"{block.name}: {file} has no {test}"
    words = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    return None if block.name in words else f"{block.name}: {file} does not read it"


def test_every_block_is_run_by_a_test() -> None:
    faults = [fault_of(block) for block in BLOCKS if block.language not in SHOWN]
    assert [fault for fault in faults if fault] == []


def test_every_test_that_is_named_has_its_block() -> None:
    names = [block.name for block in BLOCKS if block.name]
    assert sorted(names) == sorted(RUN_BY), "a name is given twice, or its block is gone"


@pytest.mark.parametrize(
    "block",
    [
        Block("sh", "", "true\n"),
        Block("sql", "nobody-runs-this", "select 1;\n"),
    ],
    ids=lambda block: block.name or "without a name",
)
def test_a_block_that_nobody_runs_is_found(block: Block) -> None:
    assert fault_of(block)
