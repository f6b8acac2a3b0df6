# SPDX-License-Identifier: Apache-2.0
"""Runs in the container: deploys an app again and again under load, and measures its pages."""

import os
import pathlib
import statistics
import subprocess
import time

ROUNDS, GRACE = int(os.environ["ROUNDS"]), int(os.environ["GRACE"])
REPO = pathlib.Path("/srv/repo")
STOP = pathlib.Path("/var/tmp/stop")
JAVA = ["/opt/java/bin/java", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx512m",
        "--enable-native-access=ALL-UNNAMED", "-cp", "/opt/reconcile.jar", "dev.reconcile.Main"]
PACKAGES = """
cd /srv/tools/servers
for name in asgiref click h11 typing-extensions uvicorn wsproto; do
  dpkg-deb --extract python3-"$name"_*.deb /
done
dpkg-deb --extract python3-websockets_*.deb /srv/load
"""
APP = f"""
source: {{folder: src/live}}
venv: {{python: python3, install: none, system_packages: true}}
gunicorn:
  app: main:app
  options: {{worker_class: uvicorn.workers.UvicornWorker, graceful_timeout: "{GRACE}"}}
site: {{server_name: live.test, tls: self-signed}}
"""


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def apply(version):
    code = pathlib.Path("/opt/live/main.py").read_text()
    write(REPO / "src/live/main.py", code.replace('"one"', f'"{version}"'))
    subprocess.run("git add -A && git -c user.name=b -c user.email=b@b commit -qm b", cwd=REPO,
                   shell=True, check=True)
    subprocess.run([*JAVA, "apply", "--repo", REPO], check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)


def slowest(work):
    STOP.unlink(missing_ok=True)
    load = subprocess.Popen(
        ["python3", "/opt/load/clients.py", "live.test", STOP], text=True, stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": "/srv/load/usr/lib/python3/dist-packages"})
    time.sleep(2)
    began = time.time()
    work()
    took = time.time() - began
    STOP.touch()
    lines = [line.split() for line in load.communicate()[0].splitlines()]
    failed = [line for line in lines if line[0] != "websocket" and line[2:] != ["0", "200"]]
    return max(float(line[1]) for line in lines if line[0].startswith("page")), len(failed), took


subprocess.run(["sh", "-ec", PACKAGES], check=True)
subprocess.run(["git", "init", "-q", "-b", "main", REPO], check=True)
write(REPO / "reconcile.yaml", "version: 1\n")
write(REPO / "apps/live.yaml", APP)
apply("one")
rows = []
for number in range(ROUNDS):
    during, failed, took = slowest(lambda: apply(f"round{number}"))
    without, _, _ = slowest(lambda: time.sleep(took))
    rows.append((during, without, during / without))
    print(f"restart {during:.3f} s, without {without:.3f} s, failed {failed}, run {took:.1f} s",
          flush=True)
middle = [statistics.median(column) for column in zip(*rows)]
print("median: restart {:.3f} s, without {:.3f} s, ratio {:.2f}".format(*middle))
