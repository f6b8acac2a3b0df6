# SPDX-License-Identifier: Apache-2.0
"""The plot of runs with nothing to do: seconds over apps, both logarithmic, one line a tool. Plain SVG."""

import math

WIDTH, HEIGHT = 900, 420
TOP, BOTTOM, PANEL = 40, 350, 330
LEFTS = (60, 510)
TITLES = ("wall time, s", "CPU time, s")
COLOURS = {
    "reconcile": "#0b6e4f",
    "floor": "#888888",
    "cfengine": "#1f77b4",
    "puppet": "#ff7f0e",
    "ansible-mitogen": "#e377c2",
    "ansible-fast": "#9467bd",
    "ansible": "#d62728",
}
OTHERS = "#000000"
# tool and apps, to the seconds of each panel
Points = dict[tuple[str, int], tuple[float, float]]


class Scale:
    """A logarithmic axis from one power of ten to another."""

    def __init__(self, values: list[float], start: float, end: float) -> None:
        self.least = math.floor(math.log10(min(values)))
        self.most = max(math.ceil(math.log10(max(values))), self.least + 1)
        self.start, self.end = start, end

    def __call__(self, value: float) -> float:
        share = (math.log10(value) - self.least) / (self.most - self.least)
        return self.start + share * (self.end - self.start)

    def ticks(self) -> list[float]:
        return [10.0**power for power in range(self.least, self.most + 1)]


def svg(points: Points) -> str:
    seconds = [value for pair in points.values() for value in pair]
    y = Scale(seconds, BOTTOM, TOP)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"'
        ' font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
    ]
    for number, left in enumerate(LEFTS):
        x = Scale([float(apps) for _, apps in points], left, left + PANEL)
        parts += frame(TITLES[number], left, x, y)
        parts += lines(points, number, x, y)
    return "\n".join(parts + legend(points) + ["</svg>"]) + "\n"


def frame(title: str, left: int, x: Scale, y: Scale) -> list[str]:
    parts = [f'<text x="{left}" y="22" font-weight="bold">{title}</text>']
    for tick in y.ticks():
        parts.append(
            f'<path d="M{left} {y(tick):.1f}h{PANEL}" stroke="#ddd"/>'
            f'<text x="{left - 6}" y="{y(tick) + 4:.1f}" text-anchor="end">{tick:g}</text>'
        )
    for tick in x.ticks():
        parts.append(
            f'<text x="{x(tick):.1f}" y="{BOTTOM + 18}" text-anchor="middle">{tick:g}</text>'
        )
    parts.append(f'<text x="{left + PANEL / 2}" y="{BOTTOM + 34}" text-anchor="middle">apps</text>')
    return parts


def lines(points: Points, number: int, x: Scale, y: Scale) -> list[str]:
    parts = []
    for tool in tools(points):
        colour = COLOURS.get(tool, OTHERS)
        of_tool = [(x(apps), y(pair[number])) for (name, apps), pair in points.items() if name == tool]
        path = " ".join(f"{across:.1f},{down:.1f}" for across, down in of_tool)
        parts.append(
            f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>'
        )
        # a tool that was measured with one number of apps only has no line
        parts += [f'<circle cx="{a:.1f}" cy="{d:.1f}" r="3" fill="{colour}"/>' for a, d in of_tool]
    return parts


def legend(points: Points) -> list[str]:
    return [
        f'<path d="M{60 + 120 * i} 404h18" stroke="{COLOURS.get(tool, OTHERS)}" stroke-width="3"/>'
        f'<text x="{82 + 120 * i}" y="408" font-size="11">{tool}</text>'
        for i, tool in enumerate(tools(points))
    ]


def tools(points: Points) -> list[str]:
    return list(dict.fromkeys(tool for tool, _ in points))
