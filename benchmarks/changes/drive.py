# SPDX-License-Identifier: Apache-2.0
"""On the host: makes the desired state, runs reconcile with changes, counts the CPU of the host."""

import csv
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

APPS = int(os.environ["APPS"])
JAR = os.environ["JAR"]
WAIT = os.environ["WAIT"]
REPO = Path("/root/server")
RESULTS = Path("/results")
TICKS = os.sysconf("SC_CLK_TCK")
STEP_ROUNDS = 5
NEW = "/root/new"
QUIET: dict[str, object] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
ANSWER_SECONDS = 30

LAUNCHER = """#!/bin/sh
exec /opt/java/bin/java -XX:-UsePerfData -XX:+UseSerialGC -XX:TieredStopAtLevel=1 \\
  -Dreconcile.launcher=/usr/local/bin/reconcile -jar /opt/reconcile.jar "$@"
"""
CODE = """import time

from flask import Flask

time.sleep(%s)
app = Flask(__name__)


@app.route("/")
def index():
    return "version %s"
"""


def names() -> list[str]:
    return [f"app{number:03}" for number in range(1, APPS + 1)]


def group_cpu() -> float:
    """Seconds of all processes of this container, those that have ended included."""
    v2 = Path("/sys/fs/cgroup/cpu.stat")
    if v2.exists():
        return int(v2.read_text().split()[1]) / 1e6
    return int(Path("/sys/fs/cgroup/cpuacct/cpuacct.usage").read_text()) / 1e9


def pid1_cpu() -> float:
    fields = Path("/proc/1/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def run(*command: str, **options: object) -> None:
    subprocess.run(command, check=True, **options)


def prepare() -> None:
    launcher = Path("/usr/local/bin/reconcile")
    launcher.write_text(LAUNCHER)
    launcher.chmod(0o755)
    for key, value in (("user.name", "t"), ("user.email", "t@example.net")):
        run("git", "config", "--global", key, value)
    (REPO / "apps").mkdir(parents=True)
    run("git", "init", "--quiet", "--initial-branch=main", str(REPO))
    settings(30)
    for name in names():
        (REPO / "src" / name).mkdir(parents=True)
        (REPO / "src" / name / "requirements.txt").write_text("Flask\ngunicorn\n")
        (REPO / "apps" / f"{name}.yaml").write_text(
            f"source: {{folder: src/{name}}}\ngunicorn: {{app: 'main:app', workers: 2}}\n"
            f"site: {{server_name: {name}.test}}\n"
        )
    code("0")


def settings(timeout: int) -> None:
    (REPO / "reconcile.yaml").write_text(
        f"version: 1\ndefaults: {{gunicorn: {{options: {{timeout: {timeout}}}}}}}\n"
    )


def code(version: str) -> None:
    for name in names():
        (REPO / "src" / name / "main.py").write_text(CODE % (WAIT, version))


def requirements(version: str) -> None:
    for name in names():
        (REPO / "src" / name / "requirements.txt").write_text(f"Flask\ngunicorn\n# {version}\n")


def commit() -> None:
    run("git", "-C", str(REPO), "add", "-A")
    run("git", "-C", str(REPO), "commit", "--quiet", "-m", "next")


def reconcile(*words: str, log: Path) -> tuple[int, float]:
    """Exit code and CPU of reconcile with the processes that it started itself."""
    with log.open("w") as out:
        process = subprocess.Popen(
            ["reconcile", *words, "--repo", str(REPO)], stdout=out, stderr=out
        )
        _, status, used = os.wait4(process.pid, 0)
    return os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime


def measure(kind: str, number: str) -> None:
    log = RESULTS / "log" / f"{kind}-{number}-{Path(JAR).stem}.txt"
    group, pid1, begin = group_cpu(), pid1_cpu(), time.monotonic()
    exit_code, own = reconcile("apply", log=log)
    wall = time.monotonic() - begin
    row = [kind, wall, group_cpu() - group, own, pid1_cpu() - pid1]
    if exit_code != 0:
        sys.exit(f"{kind}: exit code {exit_code}\n{log.read_text()[-3000:]}")
    for name in names():
        await_answer("-H", f"Host: {name}.test", "http://127.0.0.1/")
    write(row)


def write(row: list[object]) -> None:
    with (RESULTS / "runs.csv").open("a", newline="") as file:
        csv.writer(file).writerow([JAR, *row])


def await_answer(*words: str) -> None:
    end = time.monotonic() + ANSWER_SECONDS
    while subprocess.run(["curl", "-sf", "-o", "/dev/null", *words], check=False).returncode:
        if time.monotonic() > end:
            sys.exit(f"no answer: {words}")
        time.sleep(0.05)


def step(label: str, action: Callable[[], None], before: Callable[[], None] = lambda: None) -> None:
    for _ in range(STEP_ROUNDS):
        before()
        time.sleep(0.3)
        group, begin = group_cpu(), time.monotonic()
        action()
        wall = time.monotonic() - begin
        write([f"step: {label}", wall, group_cpu() - group, 0, 0])


def steps() -> None:
    app = names()[0]
    program = f"/opt/py_envs/{app}/bin/gunicorn"
    code = f"/usr/share/nginx/{app}"
    repo = ("--repo", str(REPO))
    step("reconcile apply, nothing to do", lambda: run("reconcile", "apply", *repo, **QUIET))
    step("reconcile plan, nothing to do", lambda: run("reconcile", "plan", *repo, **QUIET))
    step("systemctl restart of one app, and its answer", lambda: restart(app))
    for workers in (1, 2, 4):
        title = f"standby instance, workers: {workers} (start, answer, stop)"
        step(title, lambda: instance(app, workers))
    check = (program, "--check-config", "main:app")
    step("gunicorn --check-config", lambda: run(*check, cwd=code, **QUIET))
    step("systemctl daemon-reload", lambda: run("systemctl", "daemon-reload"))
    step("nginx -t", lambda: run("nginx", "-t", **QUIET))
    venv = ("python3", "-m", "venv", NEW)
    step("python3 -m venv", lambda: run(*venv), clean)
    step("python3 -m venv --without-pip", lambda: run(*venv, "--without-pip"), clean)
    packages = (f"{NEW}/bin/python", "-I", "-m", "pip", "install", "--quiet", "Flask", "gunicorn")

    def with_pip() -> None:
        clean()
        run(*venv)

    step("pip install of Flask and gunicorn", lambda: run(*packages), with_pip)
    clean()


def clean() -> None:
    shutil.rmtree(NEW, ignore_errors=True)


def restart(app: str) -> None:
    run("systemctl", "restart", f"gunicorn@{app}.service")
    await_answer("-H", f"Host: {app}.test", "http://127.0.0.1/")


def instance(app: str, workers: int) -> None:
    run(
        "systemd-run", "--quiet", "--collect", "--unit=one", "--service-type=notify",
        "-pUser=www-data", f"-pWorkingDirectory=/usr/share/nginx/{app}", "-pRuntimeDirectory=one",
        f"/opt/py_envs/{app}/bin/gunicorn", f"--workers={workers}",
        "--bind=unix:/run/one/socket", "main:app",
    )  # fmt: skip
    await_answer("--unix-socket", "/run/one/socket", "http://localhost/")
    run("systemctl", "stop", "one.service")


def main(kind: str, number: str = "") -> None:
    if kind == "prepare":
        prepare()
    elif kind == "steps":
        steps()
    else:
        if kind == "default":
            settings(30 + int(number))
        elif kind == "code":
            code(number)
        elif kind == "requirements":
            requirements(number)
        commit()
        measure(kind, number)


main(*sys.argv[1:])
