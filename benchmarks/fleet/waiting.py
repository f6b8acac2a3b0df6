# SPDX-License-Identifier: Apache-2.0
"""In a container: the CPU of a run that waits for its turn, compared with runs on a host in no fleet."""

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

APPS = int(os.environ["APPS"])
ROUNDS = int(os.environ["ROUNDS"])
MOST_MORE = 0.05
NOTHING = "no fleet: nothing to do"
NEWER = "no fleet: a newer commit that changes nothing"
FIRST = "fleet over %s: waits, and the gate has changed"
AGAIN = "fleet over %s: waits, and the gate is the same"
REASONS_SECONDS = 1.6  # a file that changed a moment ago is always compared in full
GATE = "/reconcile/default/gate"
FILES = Path("/etc/reconcile/fleet")
ENDPOINTS = {"http": "http://127.0.0.1:2379", "https": "https://127.0.0.1:2479"}

LAUNCHER = """#!/bin/sh
. /opt/launcher/java.sh
settle "$@"
start /opt/java/bin/java /opt/reconcile.jar /opt/reconcile.aot "$@"
"""
TRAIN = """
. /opt/launcher/java.sh
train /opt/java/bin/java /opt/reconcile.jar /opt/reconcile.aot /opt/desired-state
"""
# As docs/fleet.md has it.
CERTIFICATES = """
set -e
openssl req -x509 -nodes -newkey rsa:2048 -days 30 -subj /CN=fleet -keyout ca.key -out ca.pem
openssl req -nodes -newkey rsa:2048 -subj /CN=web1 -keyout key.pem -out request.pem
printf 'subjectAltName=IP:127.0.0.1\\nextendedKeyUsage=serverAuth,clientAuth\\n' >names
openssl x509 -req -in request.pem -CA ca.pem -CAkey ca.key -CAcreateserial -days 30 \\
  -extfile names -out cert.pem
"""


def run(*command: str, **options: object) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, **options)


def prepare() -> None:
    Path("/usr/local/bin/reconcile").write_text(LAUNCHER)
    Path("/usr/local/bin/reconcile").chmod(0o755)
    run("sh", "-c", TRAIN)
    run("dpkg", "--install", *map(str, Path("/srv/tools/etcd").glob("*.deb")))
    FILES.mkdir(parents=True)
    run("sh", "-c", CERTIFICATES, cwd=FILES, stderr=subprocess.DEVNULL)
    for key, value in (("user.name", "t"), ("user.email", "t@example.net")):
        run("git", "config", "--global", key, value)
    with Path("/var/log/etcd.log").open("w") as log:
        for name, peer in (("http", 2380), ("https", 2480)):
            subprocess.Popen(
                ["etcd", f"--data-dir=/var/tmp/etcd-{name}"]
                + [f"--listen-client-urls={ENDPOINTS[name]}"]
                + [f"--advertise-client-urls={ENDPOINTS[name]}"]
                + [f"--listen-peer-urls=http://127.0.0.1:{peer}"]
                + (["--client-cert-auth", f"--trusted-ca-file={FILES}/ca.pem"]
                   + [f"--cert-file={FILES}/cert.pem", f"--key-file={FILES}/key.pem"]
                   if name == "https" else []),
                stdout=log, stderr=log)


class Host:
    """A root directory with a repository of its own."""

    def __init__(self, name: str, fleet: str) -> None:
        self.repo = Path("/srv") / name
        self.root = Path("/var/tmp") / name
        (self.root / "etc").mkdir(parents=True)
        (self.root / "etc/machine-id").write_text("a" * 32 + "\n")
        (self.repo / "apps").mkdir(parents=True)
        (self.repo / "src").mkdir()
        (self.repo / "src/main.py").write_text("app = None\n")
        (self.repo / "reconcile.yaml").write_text(f"version: 1\n{fleet}")
        run("git", "init", "--quiet", "--initial-branch=main", str(self.repo))
        for number in range(1, APPS + 1):
            self.app(number, 0)

    def app(self, number: int, value: int) -> None:
        (self.repo / f"apps/app{number}.yaml").write_text(
            f"source: {{folder: src}}\nsite: {{server_name: app{number}.test}}\n"
            f"env: {{N: '{value}'}}\n")

    def commit(self) -> None:
        run("git", "-C", str(self.repo), "add", "-A")
        run("git", "-C", str(self.repo), "commit", "--quiet", "-m", "next")

    def reconcile(self, *words: str) -> tuple[float, str]:
        """The CPU of all processes of the command, and what it said."""
        log = Path("/var/tmp/run.log")
        with log.open("w") as out:
            process = subprocess.Popen(
                ["reconcile", *words, "--repo", f"file://{self.repo}", "--root", str(self.root)],
                stdout=out, stderr=out)
            _, status, used = os.wait4(process.pid, 0)
        if os.waitstatus_to_exitcode(status) != 0:
            sys.exit(f"waiting: error: {words}: {log.read_text()}")
        return used.ru_utime + used.ru_stime, log.read_text()

    def settle(self) -> None:
        for _ in range(2):
            time.sleep(REASONS_SECONDS)
            self.reconcile("apply")


def in_fleet(name: str) -> Host:
    """A host whose release waits for a canary that never comes."""
    host = Host(name, f"fleet: {{etcd: '{ENDPOINTS[name]}', canary: [web9]}}\n")
    host.commit()
    host.reconcile("fleet", "start")
    host.settle()
    host.app(1, 1)
    host.commit()
    host.settle()
    return host


def etcdctl(name: str, *words: str) -> list[str]:
    command = ["env", "ETCDCTL_API=3", "etcdctl", f"--endpoints={ENDPOINTS[name]}"]
    if name == "https":
        command += [f"--cacert={FILES}/ca.pem", f"--cert={FILES}/cert.pem", f"--key={FILES}/key.pem"]
    return [*command, *words]


def get(name: str) -> float:
    process = subprocess.Popen(etcdctl(name, "get", GATE), stdout=subprocess.DEVNULL)
    _, _, used = os.wait4(process.pid, 0)
    return used.ru_utime + used.ru_stime


def touch_gate(name: str) -> None:
    """As when another host has taken part, and nothing changes for this one."""
    gate = subprocess.run(etcdctl(name, "get", "--print-value-only", GATE), check=True,
                          stdout=subprocess.PIPE, text=True).stdout.strip()
    run(*etcdctl(name, "put", GATE, gate))


def waits(host: Host) -> float:
    cpu, said = host.reconcile("apply")
    if "Waits for the canaries" not in said:
        sys.exit(f"waiting: error: the run did not wait: {said}")
    return cpu


def main() -> None:
    prepare()
    alone = Host("alone", "")
    alone.commit()
    alone.settle()
    hosts = {name: in_fleet(name) for name in ENDPOINTS}
    used: dict[str, list[float]] = {}

    def note(what: str, cpu: float) -> None:
        used.setdefault(what, []).append(cpu)

    for number in range(ROUNDS):
        alone.settle()
        note(NOTHING, alone.reconcile("apply")[0])
        (alone.repo / "README").write_text(f"{number}\n")
        alone.commit()
        note(NEWER, alone.reconcile("apply")[0])
        for name, host in hosts.items():
            touch_gate(name)
            note(FIRST % name, waits(host))
            time.sleep(REASONS_SECONDS)
            waits(host)
            note(AGAIN % name, waits(host))
            note(f"etcdctl get over {name}", get(name))
    medians = {what: statistics.median(cpu) for what, cpu in used.items()}
    print(f"{APPS} apps, medians of {ROUNDS}\n\n| run | CPU s |\n|---|---:|")
    for what, cpu in medians.items():
        print(f"| {what} | {cpu:.3f} |")
    print()
    missed = False
    for name in ENDPOINTS:
        for waiting in (FIRST % name, AGAIN % name):
            more = medians[waiting] - medians[NEWER]
            missed |= more > MOST_MORE
            print(f"{waiting}: {more:+.3f} s (at most {MOST_MORE} s) against {NEWER!r}")
    sys.exit(1 if missed else 0)


main()
