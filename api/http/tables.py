"""CSV bodies: what a function that takes ``p_rows`` is given."""

import csv
import io
from typing import TypedDict

CSV = "text/csv"
CSV_TYPES = (CSV, "application/vnd.ms-excel", "text/plain")
"""What browsers call a CSV file: Windows with Excel the second, `fetch` with a text the last."""


class Row(TypedDict):
    """A record of a CSV file: the number of the line it begins on, and its cells."""

    line: int
    cells: list[str]


def parse_csv(text: str) -> list[Row]:
    """The records of a CSV file (RFC 4180), the header first; blank lines are left out.

    Raises ValueError, one line, when a quoted cell does not end.
    """
    rows: list[Row] = []
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        for cells in reader:
            if cells:
                rows.append({"line": line, "cells": cells})
            line = reader.line_num + 1
    except csv.Error as error:
        raise ValueError(f"line {line}: {error}") from None
    return rows
