"""The bench as a picture: a line for each call, a dot for each size, milliseconds to the right."""

import math
from html import escape
from typing import Any

LINE, LEFT, WIDTH, TOP = 16, 300, 640, 46
COLOURS = ("#2a9d8f", "#e9a13b", "#c8553d", "#6a4c93")


def plot(cells: list[dict[str, Any]]) -> str:
    """Draw the medians inside the database; the calls that grow most come first."""
    calls: dict[str, dict[int, float]] = {}
    for cell in cells:
        if cell["side"] == "pgbench" and cell["clients"] == 1 and cell["p50"] > 0:
            calls.setdefault(f"{cell['call']} as {cell['role']}", {})[cell["size"]] = cell["p50"]
    sizes = sorted({size for found in calls.values() for size in found})
    order = sorted(calls, key=lambda name: -_growth(calls[name]))
    times = [time for found in calls.values() for time in found.values()] or [1.0]
    low, high = math.floor(math.log10(min(times))), math.ceil(math.log10(max(times)))

    def across(time: float) -> float:
        return LEFT + WIDTH * (math.log10(time) - low) / max(high - low, 1)

    height = TOP + LINE * (len(order) + 1)
    drawn = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{LEFT + WIDTH + 80}" height="{height}">',
        "<style>text { font: 11px sans-serif }</style>",
        '<rect width="100%" height="100%" fill="white"/>',
    ]
    for place, size in enumerate(sizes):
        x = LEFT + place * 150.0
        drawn.append(f'<circle cx="{x}" cy="12" r="4" fill="{COLOURS[place % 4]}"/>')
        drawn.append(f'<text x="{x + 8}" y="16">{size:,} admissions</text>')
    for power in range(low, high + 1):
        x = across(10.0**power)
        drawn.append(f'<path d="M{x:.1f} {TOP - 10}V{height}" stroke="#ddd"/>')
        drawn.append(
            f'<text x="{x:.1f}" y="{TOP - 14}" text-anchor="middle">{10.0**power:g} ms</text>'
        )
    for number, name in enumerate(order):
        y, found = TOP + LINE * number + 6, calls[name]
        ends = across(min(found.values())), across(max(found.values()))
        drawn.append(f'<text x="{LEFT - 8}" y="{y + 4}" text-anchor="end">{escape(name)}</text>')
        drawn.append(f'<path d="M{ends[0]:.1f} {y}H{ends[1]:.1f}" stroke="#999"/>')
        for size, time in sorted(found.items()):
            colour = COLOURS[sizes.index(size) % 4]
            drawn.append(f'<circle cx="{across(time):.1f}" cy="{y}" r="4" fill="{colour}"/>')
        drawn.append(f'<text x="{LEFT + WIDTH + 10}" y="{y + 4}">x {_growth(found):.2f}</text>')
    return "\n".join([*drawn, "</svg>"]) + "\n"


def _growth(found: dict[int, float]) -> float:
    return found[max(found)] / found[min(found)]
