"""The commands of docs/operating.md: its fenced blocks, by the names in their first lines.

A fence that begins with three backticks, ``sh`` and ``first-start`` is the block ``first-start`` in
the language ``sh``. What a reader replaces by their own (hosts, folders, networks) stands in a
block as an example that works, and a test replaces it as the reader does.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from tests.support.console import PROJECT

PAGE = PROJECT / "docs" / "operating.md"
_FENCE = re.compile(r"^```(?P<info>[^\n`]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, its name (empty: none was given), its text."""

    language: str
    name: str
    text: str


def blocks_of(markdown: str) -> list[Block]:
    """Return the fenced blocks of a page, in order."""
    found = []
    for fence in _FENCE.finditer(markdown):
        language, _, name = fence["info"].strip().partition(" ")
        found.append(Block(language, name.strip(), fence["text"]))
    return found


def block(name: str, yours: Mapping[str, str] | None = None) -> str:
    """Return the text of the page's block ``name``, what the reader replaces replaced by ``yours``.

    Raises LookupError when the page has no such block, or the block none of what is replaced.
    """
    named = [each.text for each in blocks_of(PAGE.read_text(encoding="utf-8")) if each.name == name]
    if len(named) != 1:
        raise LookupError(f"{PAGE.name} has {len(named)} blocks named {name}")
    for example in yours or {}:
        if example not in named[0]:
            raise LookupError(f"{PAGE.name}: block {name} does not say {example}")
    return fill(named[0], yours or {})


def fill(text: str, yours: Mapping[str, str]) -> str:
    """Replace examples by what is the reader's; what was put in is not looked at again."""
    if not yours:
        return text
    examples = "|".join(re.escape(each) for each in sorted(yours, key=len, reverse=True))
    return re.sub(examples, lambda found: yours[found[0]], text)
