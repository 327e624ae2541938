"""``python -m api`` as a person at the console starts it."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    returncode: int
    stdout: str
    stderr: str


def console_process(
    *arguments: str, stdin: Any = None, stdout: Any = None, stderr: Any = None, **environment: str
) -> subprocess.Popen[str]:
    """Start a command in our environment and ``environment``, without databases of our own."""
    own = {name: value for name, value in os.environ.items() if "DATABASE" not in name}
    return subprocess.Popen(
        [sys.executable, "-m", "api", *arguments],
        cwd=PROJECT,
        env={**own, **environment},
        stdin=stdin,
        stdout=stdout,
        stderr=stderr,
        text=True,
    )


def console(*arguments: str, **environment: str) -> Done:
    """Run a command to its end."""
    pipe = subprocess.PIPE
    with console_process(*arguments, stdout=pipe, stderr=pipe, **environment) as process:
        try:
            said, complained = process.communicate(timeout=120)
        finally:
            process.kill()
    return Done(process.returncode, said, complained)
