# SPDX-License-Identifier: Apache-2.0
"""One run of one command: how long it took, what it used, how many processes it was."""

import os
import re
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

PAGE_KIB = os.sysconf("SC_PAGE_SIZE") // 1024
TICKS = os.sysconf("SC_CLK_TCK")
ENVIRONMENT = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "HOME": "/root",
    "LANG": "C.UTF-8",
    "LC_ALL": "C.UTF-8",
}
SAMPLE_SECONDS = 0.005
PSS_EVERY = 10  # the kernel walks the page tables for it


@dataclass(frozen=True)
class Used:
    """What a run took. CPU is that of its tree of processes; pid1 and machine are systemd's and all."""

    code: int
    output: str
    wall: float
    cpu: float
    largest_mib: float
    pid1_cpu: float
    machine_cpu: float


def run(command: list[str], log: Path) -> Used:
    """Runs it, its output going to the log."""
    machine, pid1, begin = machine_cpu(), pid1_cpu(), time.monotonic()
    status, used = os.wait4(spawn(command, log), 0)[1:]
    wall = time.monotonic() - begin
    return Used(
        os.waitstatus_to_exitcode(status),
        log.read_text(errors="replace"),
        wall,
        used.ru_utime + used.ru_stime,
        used.ru_maxrss / 1024,
        pid1_cpu() - pid1,
        machine_cpu() - machine,
    )


def spawn(command: list[str], log: Path) -> int:
    """posix_spawn, because after a fork this interpreter's own memory would count as the command's."""
    to_log = (os.POSIX_SPAWN_OPEN, 1, str(log), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    actions = [
        (os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0),
        to_log,
        (os.POSIX_SPAWN_DUP2, 1, 2),
    ]
    return os.posix_spawnp(command[0], command, ENVIRONMENT, file_actions=actions)


def machine_cpu() -> float:
    """user, nice, system, irq and softirq of proc(5), so not what is waited"""
    fields = [int(field) for field in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:8]]
    return (sum(fields[:3]) + sum(fields[5:7])) / TICKS


def pid1_cpu() -> float:
    fields = Path("/proc/1/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def quiet(seconds: float) -> None:
    """Waits until others leave the machine alone for a moment, but not for longer than so many seconds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        before = machine_cpu()
        time.sleep(0.3)
        if machine_cpu() - before < 0.03:
            return


def sampled(command: list[str], log: Path) -> tuple[int, float, float]:
    """Exit code and the most resident and proportional memory (MiB) of its whole tree at any moment.

    Resident counts what processes share in each of them, proportional once.
    """
    pid = spawn(command, log)
    rss = pss = sample = 0
    while True:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status), rss / 1024, pss / 1024
        family = tree(pid)
        rss = max(rss, sum(resident(member) for member in family))
        if sample % PSS_EVERY == 0:
            pss = max(pss, sum(proportional(member) for member in family))
        sample += 1
        time.sleep(SAMPLE_SECONDS)


def tree(root: int) -> list[int]:
    """The process and all that come from it. Who ends meanwhile is left out."""
    found, todo = [], [root]
    while todo:
        pid = todo.pop()
        found.append(pid)
        try:
            for children in Path(f"/proc/{pid}/task").glob("*/children"):
                todo += [int(child) for child in children.read_text().split()]
        except OSError:
            pass
    return found


def resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE_KIB
    except (OSError, IndexError):
        return 0


def proportional(pid: int) -> int:
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    found = re.search(r"^Pss:\s+(\d+) kB$", text, re.MULTILINE)
    return int(found[1]) if found else 0


def processes(command: list[str], trace: Path) -> int:
    """Processes that come into being, its own included, by strace; threads are not counted."""
    calls = "trace=clone,?clone3,?fork,?vfork"
    subprocess.run(
        ["strace", "-f", "-qq", "-e", "signal=none", "-e", calls, "-o", str(trace), *command],
        env=ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    lines = trace.read_text(errors="replace").splitlines()
    born = [line for line in lines if re.search(r"\b(clone3?|v?fork)\(", line)]
    return 1 + sum("CLONE_THREAD" not in line and " = -1 " not in line for line in born)
