"""Every command of docs/operating.md is run by a test, which this file names."""

import ast
from pathlib import Path

import pytest

from tests.operating.page import PAGE, Block, blocks_of
from tests.support.console import PROJECT

BLOCKS = blocks_of(PAGE.read_text(encoding="utf-8"))
# What a block shows and nobody runs: what a command prints.
SHOWN = {"", "text"}

# The block's name: the test that runs it, which reads it from the page by that name.
RUN_BY: dict[str, str] = {}


def fault_of(block: Block) -> str | None:
    """Return what keeps a block from being run by a test."""
    if not block.name:
        return f"a block has no name: {block.text.splitlines()[0]}"
    if block.name not in RUN_BY:
        return f"{block.name} is run by no test: name one in RUN_BY"
    file, _, test = RUN_BY[block.name].partition("::")
    path = Path(PROJECT) / file
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
