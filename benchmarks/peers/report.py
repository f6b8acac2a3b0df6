# SPDX-License-Identifier: Apache-2.0
"""Tables (Markdown) and the plot of what was measured: report.py RESULTS [DOCS].

With DOCS, the table goes between the marks in DOCS/performance.md, and the plot to DOCS/peers.svg.
"""

import csv
import statistics
import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import plot
from tools import TOOLS

IMAGE = "![Seconds of a run with nothing to do, over the number of apps](peers.svg)"
BEGIN, END = "<!-- peers: begin -->", "<!-- peers: end -->"
OURS = "reconcile"
NAMES = [tool.name for tool in TOOLS]
OTHER_KINDS = {"fresh": "from nothing", "change": "one value", "drift": "drift"}
Row = dict[str, str]
# apps, kind and tool, to the rounds
Runs = dict[tuple[int, str, str], list[Row]]


@dataclass(frozen=True)
class Table:
    """Lines of a Markdown table; all columns but the named ones are numbers."""

    columns: list[str]
    texts: tuple[str, ...]
    lines: list[list[str]]

    def __str__(self) -> str:
        rule = ["---" if column in self.texts else "---:" for column in self.columns]
        head = ["| " + " | ".join(self.columns) + " |", "|" + "|".join(rule) + "|"]
        return "\n".join(head + ["| " + " | ".join(line) + " |" for line in self.lines]) + "\n"


def read(path: Path) -> list[Row]:
    if not path.exists():
        return []
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def grouped(rows: list[Row]) -> Runs:
    groups: Runs = defaultdict(list)
    for row in rows:
        groups[int(row["apps"]), row["kind"], row["tool"]].append(row)
    return groups


def median(rows: list[Row], column: str) -> float:
    return statistics.median(float(row[column]) for row in rows)


def best(rows: list[Row], column: str) -> float:
    return min(float(row[column]) for row in rows)


def short(seconds: float) -> str:
    return f"{seconds:.3f}" if seconds < 1 else f"{seconds:.2f}" if seconds < 10 else f"{seconds:.1f}"


def both(rows: list[Row], column: str) -> str:
    return f"{short(median(rows, column))} ({short(best(rows, column))})"


def ratio(rows: list[Row], ours: list[Row], column: str) -> str:
    """How many times what reconcile took; nothing where it was not measured."""
    if not ours or not rows:
        return "–"
    times = median(rows, column) / median(ours, column)
    return f"{times:.2f}" if times < 10 else f"{times:.0f}"


def noop_table(runs: Runs, trees: list[Row]) -> Table:
    of_tree = {(int(row["apps"]), row["tool"]): row for row in trees}
    lines = []
    for apps, tool in measured(runs, "noop"):
        rows, ours = runs[apps, "noop", tool], runs.get((apps, "noop", OURS), [])
        tree = of_tree.get((apps, tool), {})
        line = [str(apps), tool, str(len(rows)), both(rows, "wall_s"), both(rows, "cpu_s")]
        line += [ratio(rows, ours, "wall_s"), ratio(rows, ours, "cpu_s")]
        line += [f"{max(float(row['largest_mib']) for row in rows):.0f}"]
        line += [tree.get(name) or "–" for name in ("tree_rss_mib", "tree_pss_mib", "processes")]
        lines.append(line)
    columns = "apps|tool|runs|wall s, median (best)|CPU s, median (best)|wall, reconcile = 1"
    columns += "|CPU, reconcile = 1|largest process MiB|tree RSS MiB|tree PSS MiB|processes"
    return Table(columns.split("|"), ("tool",), lines)


def measured(runs: Runs, *kinds: str) -> list[tuple[int, str]]:
    """Numbers of apps and tools with runs of these kinds, each tool at its place."""
    found = {(apps, tool) for apps, kind, tool in runs if kind in kinds}
    return sorted(found, key=lambda pair: (pair[0], NAMES.index(pair[1])))


def others_table(runs: Runs) -> Table:
    lines = []
    for apps, tool in measured(runs, *OTHER_KINDS):
        line = [str(apps), tool]
        for kind in OTHER_KINDS:
            rows = runs.get((apps, kind, tool), [])
            ours = runs.get((apps, kind, OURS), [])
            taken = [short(median(rows, column)) for column in ("wall_s", "cpu_s")] if rows else []
            line += [" / ".join(taken) or "–", ratio(rows, ours, "wall_s")]
        fresh = runs.get((apps, "fresh", tool), [])
        line.append(fresh[-1]["unit_reloads"] if fresh else "–")
        lines.append(line)
    columns = ["apps", "tool"]
    for name in OTHER_KINDS.values():
        columns += [f"{name}: wall / CPU s", "wall, reconcile = 1"]
    columns.append("daemon-reloads, from nothing")
    return Table(columns, ("tool",), lines)


def alone_table(runs: Runs) -> Table:
    counts = sorted({apps for apps, kind, _ in runs if kind == "alone"})
    commands = dict.fromkeys(command for _, kind, command in runs if kind == "alone")
    lines = []
    for command in commands:
        line = [command.replace("reconcile-ssh", "reconcile, repository over ssh")]
        for apps in counts:
            rows = runs.get((apps, "alone", command), [])
            taken = [short(median(rows, column)) for column in ("wall_s", "cpu_s")] if rows else []
            line.append(" / ".join(taken) or "–")
        lines.append(line)
    return Table(["wall / CPU s"] + [f"N = {apps}" for apps in counts], ("wall / CPU s",), lines)


def report(runs: Runs, trees: list[Row]) -> str:
    parts = [
        ("No changes", noop_table(runs, trees)),
        ("Something to do, medians", others_table(runs)),
        ("Parts of a run, measured separately, medians", alone_table(runs)),
    ]
    return "\n".join(f"**{title}**\n\n{table}" for title, table in parts if table.lines)


def publish(text: str, docs: Path) -> None:
    page = docs / "performance.md"
    before, found, rest = page.read_text().partition(BEGIN)
    after = rest.partition(END)[2]
    if not found or not after:
        sys.exit(f"peers: error: {page} has no {BEGIN} … {END}")
    page.write_text(f"{before}{BEGIN}\n{IMAGE}\n\n{text}{END}{after}")


def main(results: Path, docs: Path | None) -> None:
    runs = grouped(read(results / "runs.csv"))
    if not runs:
        sys.exit(f"peers: error: nothing was measured: {results}/runs.csv is missing")
    text = report(runs, read(results / "trees.csv"))
    points = {
        (tool, apps): (median(rows, "wall_s"), median(rows, "cpu_s"))
        for apps, tool in measured(runs, "noop")
        for rows in [runs[apps, "noop", tool]]
    }
    (results / "table.md").write_text(text)
    (results / "plot.svg").write_text(plot.svg(points))
    if docs:
        publish(text, docs)
        (docs / "peers.svg").write_text(plot.svg(points))
    print(text)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None)
