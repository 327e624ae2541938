"""docs/deploy/ostinato@.service, as systemd reads it."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.console import PROJECT

UNIT = PROJECT / "docs" / "deploy" / "ostinato@.service"


ANALYZE = shutil.which("systemd-analyze")


@pytest.mark.skipif(ANALYZE is None, reason="needs systemd-analyze")
def test_systemd_finds_nothing_wrong_with_the_unit(tmp_path: Path) -> None:
    text = UNIT.read_text()
    assert "ExecStart=/opt/ostinato/current/.venv/bin/python " in text
    unit = tmp_path / UNIT.name.replace("@", "@8000")
    unit.write_text(text.replace("/opt/ostinato/current/.venv/bin/python", sys.executable))
    done = subprocess.run(
        [ANALYZE or "", "verify", "--man=no", str(unit)],
        check=False,
        capture_output=True,
        text=True,
    )
    said = [line for line in done.stderr.splitlines() if UNIT.name.split("@")[0] in line]
    assert said == []
