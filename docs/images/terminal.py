#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes an animated SVG of a terminal session.

Usage: terminal.py SESSION.json OUTPUT.svg

SESSION.json is a list of objects with "typed" (the command line) and "output" (what the command
printed, with its SGR colour sequences). Every command is typed letter by letter, then its output
appears line by line; at the end the picture stands still and begins anew. The colours follow the
reader's preference for a light or a dark page.
"""
import html
import json
import re
import sys

COLUMNS, ROWS = 100, 30
CELL_WIDTH, CELL_HEIGHT, MARGIN = 8.4, 17, 14
TYPING_SECONDS, LINE_SECONDS, PAUSE_SECONDS, LAST_SECONDS = 0.035, 0.06, 1.6, 6.0
SGR = re.compile(r"\x1b\[([0-9;]*)m")
CLASSES = {1: "bold", 2: "dim", 31: "red", 32: "green", 33: "yellow", 34: "blue", 35: "magenta", 36: "cyan"}
STYLE = """
text { font: 14px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; fill: #1f2328; white-space: pre; }
.page { fill: #f6f8fa; stroke: #d0d7de; }
.bold { font-weight: 700; } .dim { fill: #59636e; } .red { fill: #b3261e; } .green { fill: #1a7f37; }
.yellow { fill: #8a5a00; } .blue { fill: #0550ae; } .magenta { fill: #8250df; } .cyan { fill: #0a6c74; }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3; } .page { fill: #161b22; stroke: #30363d; }
  .dim { fill: #9198a1; } .red { fill: #ff7b72; } .green { fill: #56d364; } .yellow { fill: #e3b341; }
  .blue { fill: #79c0ff; } .magenta { fill: #d2a8ff; } .cyan { fill: #76e3ea; }
}
.frame { visibility: hidden; animation-duration: DURATIONs; animation-iteration-count: infinite; animation-timing-function: step-end; }
@media (prefers-reduced-motion: reduce) { .frame { animation: none; } .last { visibility: visible; } }
"""


def runs(line):
    """Splits a line with SGR sequences into (text, classes), cut at the width of the terminal."""
    classes, at, column, found = set(), 0, 0, []
    for match in list(SGR.finditer(line)) + [None]:
        text = line[at:match.start() if match else len(line)][:COLUMNS - column]
        if text:
            found.append((text, " ".join(sorted(classes))))
            column += len(text)
        if match is None:
            break
        for code in (int(c or 0) for c in match.group(1).split(";")):
            if code == 0:
                classes = set()
            elif code in CLASSES:
                classes.add(CLASSES[code])
        at = match.end()
    return found


def frames(session):
    """Yields (seconds, lines): how long the screen shows these lines."""
    screen = []
    for command in session:
        typed = command["typed"]
        for length in range(0, len(typed) + 1, 2):
            yield TYPING_SECONDS * 2, screen + ["\x1b[32;1m$\x1b[0m " + typed[:length] + "▌"]
        screen = screen + ["\x1b[32;1m$\x1b[0m " + typed]
        lines = command["output"].rstrip("\n").split("\n") if command["output"] else []
        step = max(1, len(lines) // 24)
        for begin in range(0, len(lines), step):
            screen = screen + lines[begin:begin + step]
            yield LINE_SECONDS * step, screen
        screen = screen + [""]
        yield PAUSE_SECONDS, screen
    yield LAST_SECONDS, screen


def draw(lines):
    rows = []
    for row, line in enumerate(lines[-ROWS:]):
        column = 0
        for text, classes in runs(line):
            if text.strip():
                x = MARGIN + column * CELL_WIDTH
                y = MARGIN + (row + 1) * CELL_HEIGHT - 4
                names = f' class="{classes}"' if classes else ""
                rows.append(f'<text x="{x:.1f}" y="{y}" textLength="{len(text) * CELL_WIDTH:.1f}"{names}>{html.escape(text)}</text>')
            column += len(text)
    return "".join(rows)


def main():
    session_path, output = sys.argv[1:]
    with open(session_path, encoding="utf-8") as file:
        shown = list(frames(json.load(file)))
    duration = sum(seconds for seconds, _ in shown)
    width, height = COLUMNS * CELL_WIDTH + 2 * MARGIN, ROWS * CELL_HEIGHT + 2 * MARGIN
    rules, groups, at = [STYLE.replace("DURATION", f"{duration:.2f}")], [], 0.0
    for number, (seconds, lines) in enumerate(shown):
        begin, end = 100 * at / duration, 100 * (at + seconds) / duration
        at += seconds
        last = number == len(shown) - 1
        hidden = "" if last else f" {end:.3f}% {{ visibility: hidden; }}"
        rules.append(f"@keyframes f{number} {{ 0% {{ visibility: {'visible' if number == 0 else 'hidden'}; }} "
                     f"{begin:.3f}% {{ visibility: visible; }}{hidden} }}")
        groups.append(f'<g class="frame{" last" if last else ""}" style="animation-name: f{number}">{draw(lines)}</g>')
    with open(output, "w", encoding="utf-8") as file:
        file.write(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" role="img" '
                   f'aria-label="Terminal session: plan, apply, and a second apply without changes">'
                   f'<style>{"".join(rules)}</style>'
                   f'<rect class="page" x="0.5" y="0.5" width="{width - 1:.0f}" height="{height - 1:.0f}" rx="8"/>'
                   f'{"".join(groups)}</svg>\n')


if __name__ == "__main__":
    main()
