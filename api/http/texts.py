"""What people read: the files of ``docs/``, which lie beside ``api`` or, installed, inside it."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

_API = Path(__file__).resolve().parent.parent
DOCS = _API / "docs" if (_API / "docs").is_dir() else _API.parent / "docs"
_TITLE = re.compile(r"\A# .*\n+")
_HEADING = re.compile(r"^## (.+)\n", re.MULTILINE)


@cache
def text_of(name: str) -> str:
    """The Markdown of a file of ``docs/``, without its title."""
    return _TITLE.sub("", (DOCS / f"{name}.md").read_text(encoding="utf-8")).strip()


@cache
def sections_of(name: str) -> dict[str, str]:
    """What stands in a file below each of its headings of the second level, in their order."""
    _, *rest = _HEADING.split(text_of(name))
    return {title: body.strip() for title, body in zip(rest[::2], rest[1::2], strict=True)}


@cache
def examples() -> dict[str, dict[str, Any]]:
    """Recorded bodies by operation id: ``request``, where there is one, and ``response``."""
    found: dict[str, dict[str, Any]] = json.loads((DOCS / "examples.json").read_bytes())
    return found
