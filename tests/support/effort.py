"""How much the tests with rounds of their own do: few in ``make test``, all in the second leg.

``OSTINATO_TEST_THOROUGH=1`` asks for all: random operations, generated requests, mixed races, and
what needs a browser.
"""

import os

THOROUGH = os.environ.get("OSTINATO_TEST_THOROUGH") == "1"
REQUIRED = os.environ.get("REQUIRED") == "1"
"""Whether a program that is missing is a failure, not a reason to leave tests out."""


def rounds(few: int, many: int) -> int:
    """Return how many rounds to go."""
    return many if THOROUGH else few
