# SPDX-License-Identifier: Apache-2.0
"""The tools that are compared: what they are called, how far they are taken, how they tell of a change."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

FOLDER = Path(__file__).parent / "tools"

# A tool's verdict on its own run, from its output and exit code: whether it changed anything, or None if
# it failed.
Verdict = Callable[[str, int], bool | None]


@dataclass(frozen=True)
class Tool:
    """One tool, whose command is the file of its name in tools/.

    most       with how many apps it is measured unless it is named: beyond, it takes minutes a run
    slow       seconds a run even where there is nothing to do, so it gets fewer rounds
    remembers  keeps what it last took up; must see what other tools did before it is measured
    """

    name: str
    most: int
    verdict: Verdict
    slow: bool = False
    remembers: bool = False

    @property
    def command(self) -> str:
        return str(FOLDER / self.name)


def by_detailed_exit_code(_output: str, code: int) -> bool | None:
    return {0: False, 2: True}.get(code)


def by_count_in_output(output: str, code: int) -> bool | None:
    found = re.search(r"^changed=(\d+)$", output, re.MULTILINE)
    return int(found[1]) > 0 if found and code == 0 else None


def by_messages(output: str, code: int) -> bool | None:
    if code != 0 or "error:" in output:
        return None
    return re.search(r"^\s*info:", output, re.MULTILINE) is not None


def by_recap(output: str, code: int) -> bool | None:
    recaps = re.findall(r"ok=\d+\s+changed=(\d+)\s+unreachable=0\s+failed=0", output)
    return int(recaps[-1]) > 0 if recaps and code == 0 else None


RECONCILE = Tool("reconcile", 1000, by_detailed_exit_code, remembers=True)
RECONCILE_SSH = Tool("reconcile-ssh", 1000, by_detailed_exit_code, remembers=True)

# The first of those measured sets the state that the others are compared with.
TOOLS = [
    RECONCILE,
    Tool("floor", 1000, by_count_in_output),
    Tool("cfengine", 1000, by_messages),
    Tool("puppet", 100, by_detailed_exit_code, slow=True),
    Tool("ansible-mitogen", 10, by_recap, slow=True),
    Tool("ansible-fast", 10, by_recap, slow=True),
    Tool("ansible", 10, by_recap, slow=True),
]


def chosen(names: list[str], apps: int) -> list[Tool]:
    """Those named, in the order above, or without names those that are quick enough with so many apps."""
    if names:
        return [tool for tool in TOOLS if tool.name in names]
    return [tool for tool in TOOLS if apps <= tool.most]
