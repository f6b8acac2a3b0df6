# SPDX-License-Identifier: Apache-2.0
"""Prints the tables of a measurement: medians of all rounds, one column of each figure for a jar."""

import csv
import sys
from collections import defaultdict
from pathlib import Path
from statistics import median

KINDS = {
    "first": "first deploy",
    "default": "one default",
    "code": "new code",
    "requirements": "new requirements",
}

rows: dict[tuple[str, str], list[list[float]]] = defaultdict(list)
jars: list[str] = []
for jar, kind, *figures in csv.reader(Path(sys.argv[1]).open(newline="")):
    if jar not in jars:
        jars.append(jar)
    rows[kind, jar].append([float(figure) for figure in figures])


def medians(kind: str, jar: str) -> list[float]:
    return [median(column) for column in zip(*rows[kind, jar])]


for number, jar in enumerate(jars):
    print(f"jar {number}: {jar}")
print("\n| run | jar | runs | wall s | CPU s | of it reconcile | systemd | apps, builds, nginx |")
print("|---|---:|---:|---:|---:|---:|---:|---:|")
for kind, title in KINDS.items():
    for number, jar in enumerate(jars):
        if (kind, jar) in rows:
            wall, cpu, own, pid1 = medians(kind, jar)
            rest = cpu - own - pid1
            print(
                f"| {title} | {number} | {len(rows[kind, jar])} | {wall:.1f} | {cpu:.1f} | {own:.1f}"
                f" | {pid1:.1f} | {rest:.1f} |"
            )
if any(kind.startswith("step: ") for kind, _ in rows):
    print("\n| one step | wall s | CPU s |\n|---|---:|---:|")
for kind, jar in rows:
    if kind.startswith("step: "):
        wall, cpu, *_ = medians(kind, jar)
        print(f"| {kind.removeprefix('step: ')} | {wall:.2f} | {cpu:.2f} |")
