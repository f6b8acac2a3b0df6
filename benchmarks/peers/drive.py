# SPDX-License-Identifier: Apache-2.0
"""Runs in the container: brings N apps up with each tool, measures, and checks every run. See peers.sh.

Usage: drive.py prepare | drive.py measure N

A run that fails, ends in another state than the others, or touches anything where nothing was to do
ends the benchmark: a figure of a run that did not do the work is worth nothing.
"""

import csv
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import desired
import host
import measure
from tools import FOLDER, RECONCILE, RECONCILE_SSH, Tool, chosen

RESULTS = Path("/results")
LOGS = RESULTS / "log"
HEAD = "apps kind tool round wall_s cpu_s largest_mib pid1_cpu_s machine_cpu_s unit_reloads nginx_reloads"
TREES_HEAD = "apps tool tree_rss_mib tree_pss_mib processes"
KINDS = "fresh noop change drift alone memory".split()
QUIET_SECONDS = float(os.environ.get("QUIET", "5"))
ROUNDS = int(os.environ.get("ROUNDS", "5"))
SLOW_ROUNDS = int(os.environ.get("SLOW_ROUNDS", "2"))
FRESH_ROUNDS = int(os.environ.get("FRESH_ROUNDS", "1"))
SECONDS_OF_NO_PROOF = 1.5
MOST_SETTLING = 2  # runs that change something until one has nothing to do
SSH = "git@localhost:server.git"
JAVA = ["/opt/java/bin/java", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]
EMPTY = ["-cp", "/results/empty.jar", "Empty"]
AOT_CACHE = "/opt/empty.aot"  # instead of the class data archive: -Xshare is refused beside it
# what any tool must ask at the least: systemd for the units, and the server for its branches
ALONE = {
    "reconcile --version": [str(FOLDER / "start-reconcile"), "--version"],
    "java, empty main": [*JAVA, "-Xshare:auto", *EMPTY],
    "java, empty main, AOT cache": [*JAVA, f"-XX:AOTCache={AOT_CACHE}", *EMPTY],
    "systemctl show": [
        "systemctl",
        "show",
        "--property=Id,ActiveState,SubState,NeedDaemonReload,FragmentPath",
        "gunicorn@*.service",
        "gunicorn@*.socket",
    ],
    "git ls-remote, file://": ["git", "ls-remote", "file:///srv/git/server.git"],
    "git ls-remote, ssh": ["git", "ls-remote", SSH],
}


class Comparison:
    """All tools with one number of apps on one host."""

    def __init__(self, apps: int) -> None:
        self.apps = apps
        self.tools = chosen(os.environ.get("TOOLS", "").split(), apps)
        self.size = desired.FIRST_SIZE
        self.references: dict[str, tuple[str, dict[str, str]]] = {}

    def rounds(
        self, most: int = ROUNDS, tools: list[Tool] | None = None
    ) -> Iterator[tuple[int, Tool]]:
        """The tools in turn, so that all see the same machine; the slow ones not as often."""
        for number in range(1, most + 1):
            for tool in tools or self.tools:
                if number <= SLOW_ROUNDS or not tool.slow:
                    yield number, tool

    # Kinds of runs.

    def fresh(self) -> None:
        """From an empty host to all apps running; reconcile last, because the rest builds on its host."""
        for number, tool in self.rounds(FRESH_ROUNDS, self.tools[::-1]):
            host.reset(self.apps)
            self.measured("fresh", tool, number, changes=True)
            silent = host.silent(self.apps)
            if silent:
                fail(f"{tool.name}: {len(silent)} apps do not answer, {silent[0]} is one")

    def noop(self) -> None:
        """Nothing to do. The first round of each fills caches."""
        for tool in self.tools:
            self.rest(tool)
            self.measured("noop", tool, 0, changes=False)
        for number, tool in self.rounds():
            self.measured("noop", tool, number, changes=False)

    def change(self) -> None:
        """One value of one app is another."""
        for number, tool in self.rounds():
            self.settle(tool)
            other = self.size == desired.FIRST_SIZE
            self.size = desired.OTHER_SIZE if other else desired.FIRST_SIZE
            desired.commit(self.apps, self.size)
            self.measured("change", tool, number, changes=True)

    def drift(self) -> None:
        """Somebody changed one site and removed one link."""
        for number, tool in self.rounds():
            self.settle(tool)
            host.tamper(self.apps)
            self.measured("drift", tool, number, changes=True)

    def alone(self) -> None:
        """What is part of others' costs, by itself, and reconcile with the repository over ssh beside it.

        Apart from the rest, because a run that finds another address than the last one writes that down.
        """
        self.settle(RECONCILE_SSH)
        for number in range(0, ROUNDS + 1):
            self.measured("alone", RECONCILE_SSH, number, changes=False)
            for name, command in ALONE.items():
                log = LOGS / "alone.log"
                measure.quiet(QUIET_SECONDS)
                used = measure.run(command, log)
                if used.code != 0:
                    fail(f"{name} ended with {used.code}: {log}")
                if number > 0:
                    self.record("alone", name, number, used, (0, 0))
        self.settle(RECONCILE)

    def memory(self) -> None:
        """The memory of a whole tree of processes is sampled, which costs time: in runs of their own."""
        for tool in self.tools:
            self.rest(tool)
            code, rss, pss = measure.sampled([tool.command], LOGS / "memory.log")
            if code != 0:
                fail(f"{tool.name} ended with {code}: {LOGS}/memory.log")
            count = 0
            if os.environ.get("PROCESSES"):
                count = measure.processes([tool.command], LOGS / f"{tool.name}.strace")
            row = [self.apps, tool.name, f"{rss:.0f}", f"{pss:.0f}", count or ""]
            append("trees.csv", TREES_HEAD, row)

    def hyperfine(self) -> None:
        """Not part of the results: the same by a program that others trust."""
        for tool in self.tools:
            self.settle(tool)
            words = ["hyperfine", "-N", "--warmup=1", f"--runs={max(ROUNDS, 2)}", tool.command]
            subprocess.run(words, check=True, env=measure.ENVIRONMENT)

    # What they have in common.

    def bring_up(self) -> None:
        """The host as reconcile makes it of nothing: it takes over nothing that others made."""
        say(f"bringing up {self.apps} apps")
        host.reset(self.apps)
        self.settle(RECONCILE)

    def settle(self, tool: Tool) -> None:
        """Brings what the tool remembers to the state that the host is in, unmeasured.

        The last of these runs has nothing to do, as nearly all runs of a timer: reconcile then writes down
        what it has seen, and a run that finds something to do finds that as well.
        """
        log = LOGS / "settle.log"
        runs = 0
        while tool.remembers and self.verdict(tool, measure.run([tool.command], log), log):
            runs += 1
            if runs > MOST_SETTLING:
                fail(f"{tool.name} does not come to rest: {log}")
        clone = Path("/var/lib/peers", tool.name)
        if clone.exists():
            desired.git("-C", str(clone), "fetch", "--quiet", "origin")
            desired.git("-C", str(clone), "reset", "--quiet", "--hard", "origin/main")

    def rest(self, tool: Tool) -> None:
        """Settles, and long enough: what has only just changed is no proof to reconcile (ADR 0015)."""
        self.settle(tool)
        time.sleep(SECONDS_OF_NO_PROOF)
        self.settle(tool)

    def measured(self, kind: str, tool: Tool, number: int, changes: bool) -> None:
        """One run: measured, judged by what it says, by what it did, and by what it left."""
        log = LOGS / f"{self.apps}-{kind}-{tool.name}.log"
        before = host.marks()
        measure.quiet(QUIET_SECONDS)
        journal = host.Journal()
        used = measure.run([tool.command], log)
        reloads = journal.reloads()
        where = f"{tool.name}, {self.apps} apps, {kind}, round {number}"
        if self.verdict(tool, used, log) != changes:
            fail(f"{where}: it says it has {'' if not changes else 'not '}changed something: {log}")
        if not changes:
            touched = host.differences(before, host.marks())
            if touched or reloads != (0, 0):
                fail(f"{where}: touched {touched[:5]}, reloads of systemd and nginx: {reloads}")
        elif reloads[1] != 1:
            fail(f"{where}: reloaded nginx {reloads[1]} times, not once")
        self.compare(where)
        if number > 0:
            self.record(kind, tool.name, number, used, reloads)

    def verdict(self, tool: Tool, used: measure.Used, log: Path) -> bool:
        found = tool.verdict(used.output, used.code)
        if found is None:
            fail(f"{tool.name} failed with {used.code}: {log}\n{used.output[-2000:]}")
        return found

    def compare(self, where: str) -> None:
        """Against the state that the first run left that had the same to reach."""
        now = host.state()
        first, reference = self.references.setdefault(self.size, (where, now))
        found = host.differences(reference, now)
        if found:
            text = "\n  ".join(found[:20])
            fail(f"{len(found)} differences between ({first}) and ({where}):\n  {text}")

    def record(
        self, kind: str, name: str, number: int, used: measure.Used, reloads: tuple[int, int]
    ) -> None:
        figures = [used.wall, used.cpu, used.largest_mib, used.pid1_cpu, used.machine_cpu]
        row = [self.apps, kind, name, number, *(f"{figure:.3f}" for figure in figures), *reloads]
        append("runs.csv", HEAD, row)
        say(f"{self.apps} apps, {kind} {number}, {name}: {used.wall:.2f} s, CPU {used.cpu:.2f} s")


def append(file: str, head: str, row: list[object]) -> None:
    path = RESULTS / file
    new = not path.exists()
    with open(path, "a", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        if new:
            writer.writerow(head.split())
        writer.writerow(row)


def say(text: str) -> None:
    print(f"peers: {text}", file=sys.stderr, flush=True)


def fail(text: str) -> NoReturn:
    sys.exit(f"peers: error: {text}")


def prepare() -> None:
    """What the machine has before any tool comes."""
    LOGS.mkdir(parents=True, exist_ok=True)
    subprocess.run(["bash", str(Path(__file__).parent / "prepare.sh")], check=True)
    train = [*JAVA, f"-XX:AOTCacheOutput={AOT_CACHE}", *EMPTY]
    if measure.run(train, LOGS / "train.log").code != 0:
        fail(f"the AOT cache was not made: {LOGS}/train.log")


def compare_all(apps: int) -> None:
    comparison = Comparison(apps)
    desired.create(apps)
    kinds = os.environ.get("KINDS", "").split() or KINDS
    if "fresh" in kinds:
        comparison.fresh()
    if "fresh" not in kinds or RECONCILE not in comparison.tools:
        comparison.bring_up()
    for kind in kinds:
        if kind != "fresh":
            getattr(comparison, kind)()


if __name__ == "__main__":
    if sys.argv[1] == "prepare":
        prepare()
    else:
        compare_all(int(sys.argv[2]))
