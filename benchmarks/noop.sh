#!/usr/bin/env bash
# Measures what a run with nothing to do costs, for 1, 10 and 100 apps that really run.
#
# Usage: benchmarks/noop.sh [N]...        RUNS=15 benchmarks/noop.sh 1 10 100
#
# It boots one container of the test image, lets reconcile bring up N apps (one gunicorn worker
# each, a WSGI app of three lines, a site in nginx), and then times runs that change nothing, in turn
# with other commands, so that all of them see the same weather. Writes target/noop.csv and prints
# the same as a Markdown table. Needs what ./verify needs: root, docker, a JDK 25 in JAVA_HOME.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
readonly root
readonly runs=${RUNS:-15}
readonly csv=$root/target/noop.csv
readonly boot_seconds=90

say() { printf 'noop: %s\n' "$*" >&2; }
die() {
  say "error: $*"
  exit 1
}

# The test image with strace in it, taken from the release that the image is made of.
image_with_strace() {
  local image base
  image=$("$root/integration-tests/image/build.sh")
  base=$("$root/integration-tests/image/base.sh")
  docker build --quiet --network host --build-arg http_proxy --build-arg https_proxy - 2>/dev/null <<END
FROM $base AS tools
RUN apt-get update -q && apt-get install -qy --no-install-recommends strace && \\
    mkdir /tools && cp /usr/bin/strace /tools/ && \\
    ldd /usr/bin/strace | awk '\$2 == "=>" { print \$3 }' | xargs cp -Lt /tools
FROM $image
COPY --from=tools /tools /opt/strace
END
}

in_host() { docker exec -i -e JAVA_HOME=/opt/java "$container" "$@"; }

# The same container as the tests': systemd as PID 1, no network. The checkout is mounted, so the
# jar is the one just built.
boot() {
  container=$(docker run --detach --network none --hostname web1 --cgroupns private \
    --cap-add SYS_ADMIN --cap-add SYS_PTRACE --cap-add NET_ADMIN \
    --security-opt seccomp=unconfined --security-opt apparmor=unconfined \
    --tmpfs /run --tmpfs /run/lock --tmpfs /tmp:exec,mode=1777 \
    --volume "$root:/opt/reconcile:ro" "$1")
  trap 'docker rm --force --volumes "$container" >/dev/null' EXIT
  local end=$((SECONDS + boot_seconds))
  until in_host systemctl is-system-running 2>/dev/null | grep -qE '^(running|degraded)$'; do
    [ $SECONDS -lt $end ] || die "the container has not booted after $boot_seconds s"
    sleep 0.5
  done
}

# A virtualenv takes seconds to build and has no part in a run that changes nothing. So python is a
# script here that copies a finished one; pip then finds gunicorn in place.
prepare() {
  mkdir -p "$root/target/noop"
  echo 'class Empty { public static void main(String[] words) {} }' >"$root/target/noop/Empty.java"
  "$JAVA_HOME/bin/javac" --release 25 -d "$root/target/noop" "$root/target/noop/Empty.java"
  in_host bash -euo pipefail <<'END'
python3 -m venv /opt/finished
/opt/finished/bin/python -m pip install --quiet gunicorn
cat >/usr/local/bin/python-copy <<'SCRIPT'
#!/bin/sh
# Called as: python-copy -m venv DIRECTORY
cp -a /opt/finished "$3" && sed -i "s|/opt/finished|$3|" "$3"/bin/gunicorn
SCRIPT
chmod 755 /usr/local/bin/python-copy
mkdir -p /srv/server/apps /srv/server/src/tiny
cd /srv/server
git init --quiet --initial-branch main
git config user.name bench && git config user.email bench@example
ssh-keygen -q -t ed25519 -N '' -f ~/.ssh/id_ed25519
cat ~/.ssh/id_ed25519.pub >>/srv/git/.ssh/authorized_keys
ssh-keyscan localhost >~/.ssh/known_hosts 2>/dev/null
git init --quiet --bare --initial-branch main /srv/git/server.git
chown -R git:git /srv/git/server.git
git remote add origin git@localhost:server.git
cat >reconcile.yaml <<'YAML'
version: 1
defaults:
  source: {folder: src/tiny}
  venv: {python: /usr/local/bin/python-copy}
  gunicorn: {workers: 1}
YAML
cat >src/tiny/main.py <<'PYTHON'
def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"ok\n"]
PYTHON
END
}

# Brings up exactly $1 apps, and makes sure that they run and that there is nothing left to do.
bring_up() {
  in_host bash -euo pipefail -s "$1" <<'END'
cd /srv/server
for i in $(seq "$1"); do
  [ -f "apps/app$i.yaml" ] || echo "site: {server_name: app$i.example}" >"apps/app$i.yaml"
done
git add --all
git diff --cached --quiet || git commit --quiet --message "$1 apps"
git push --quiet origin main
/opt/reconcile/reconcile --repo git@localhost:server.git --quiet >/tmp/apply.log 2>&1 || { cat /tmp/apply.log; exit 1; }
running=$(systemctl list-units --no-legend --state=running 'gunicorn@*.service' | wc -l)
[ "$running" = "$1" ] || { echo "$running of $1 apps run"; exit 1; }
sleep 1 # nginx's old workers may take a last request
for i in $(seq "$1"); do
  [ "$(curl -sf -H "Host: app$i.example" http://127.0.0.1/)" = ok ] || { echo "app$i does not answer"; exit 1; }
done
/opt/reconcile/reconcile --repo git@localhost:server.git | grep -q '^Nothing to do'
END
}

# Measures everything for N = $1 and prints CSV lines.
measure() {
  in_host python3 - "$1" "$runs" <<'END'
import os, re, statistics, subprocess, sys, time

n, runs = sys.argv[1], int(sys.argv[2])
java = ["/opt/java/bin/java", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto",
        "--enable-native-access=ALL-UNNAMED"]
reconcile = java + ["-jar", "/opt/reconcile/target/reconcile.jar"]
ssh = "git@localhost:server.git"
blocks = [
    {
        "reconcile, repo over ssh": reconcile + ["--repo", ssh],
        "the same by ./reconcile": ["/opt/reconcile/reconcile", "--repo", ssh],
        "git ls-remote over ssh": ["git", "ls-remote", ssh],
        "java, empty main": java + ["-cp", "/opt/reconcile/target/noop", "Empty"],
        "systemctl show, the same question": [
            "systemctl", "show", "--property=Id,ActiveState,SubState,NeedDaemonReload,FragmentPath",
            "gunicorn@*.service", "gunicorn@*.socket"],
        "bash -c true": ["bash", "-c", "true"],
    },
    # apart from the others: a run that finds another repo than the last one writes that down
    {"reconcile, repo by file://": reconcile + ["--repo", "file:///srv/git/server.git"]},
]


def started(argv):
    """Processes that come into being, the command's own included; threads are not counted."""
    trace = "/tmp/trace"
    subprocess.run(["/opt/strace/strace", "-f", "-qq", "-e", "signal=none", "-E", "LD_LIBRARY_PATH",
                    "-e", "trace=clone,?clone3,?fork,?vfork", "-o", trace] + argv,
                   env=dict(os.environ, LD_LIBRARY_PATH="/opt/strace"), check=True,
                   stdout=subprocess.DEVNULL)
    calls = [line for line in open(trace) if re.search(r"\b(clone3?|v?fork)\(", line)]
    return 1 + sum("CLONE_THREAD" not in line and not re.search(r"= -1 ", line) for line in calls)


def timed(argv):
    """Wall seconds, CPU seconds of the whole tree, largest resident set in MiB."""
    begin = time.monotonic()
    pid = os.posix_spawn(argv[0] if "/" in argv[0] else "/usr/bin/" + argv[0], argv, os.environ,
                         file_actions=[(os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0)])
    _, status, used = os.wait4(pid, 0)
    wall = time.monotonic() - begin
    if status != 0:
        sys.exit(f"{argv[0]} ended with {status}")
    return wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


for commands in blocks:
    taken = {name: [] for name in commands}
    for round_ in range(runs + 1):
        for name, argv in commands.items():
            one = timed(argv)
            if round_ > 0:  # the first fills caches
                taken[name].append(one)
    for name, argv in commands.items():
        wall, cpu, rss = zip(*taken[name])
        print(f"{n},\"{name}\",{started(argv)},{statistics.median(wall):.3f},{min(wall):.3f},"
              f"{statistics.median(cpu):.3f},{min(cpu):.3f},{max(rss):.0f}", flush=True)
END
}

markdown() {
  python3 - "$1" <<'END'
import csv, sys

rows = list(csv.DictReader(open(sys.argv[1])))
print("| apps | command | processes | wall s, median (best) | CPU s, median (best) | RSS MiB |")
print("|---:|---|---:|---:|---:|---:|")
for r in rows:
    print(f"| {r['apps']} | {r['command']} | {r['processes']} | {r['wall_median']} ({r['wall_best']})"
          f" | {r['cpu_median']} ({r['cpu_best']}) | {r['rss_mib']} |")
END
}

counts=("$@")
[ $# != 0 ] || counts=(1 10 100)
[ -x "${JAVA_HOME:-}/bin/javac" ] || die "JAVA_HOME must name a JDK 25"
"$root/reconcile" --version >&2
boot "$(image_with_strace)"
prepare
echo apps,command,processes,wall_median,wall_best,cpu_median,cpu_best,rss_mib >"$csv"
for n in "${counts[@]}"; do
  say "bringing up $n apps"
  bring_up "$n"
  say "measuring with $n apps, $runs runs of each command"
  measure "$n" >>"$csv"
done
markdown "$csv"
say "the same as CSV: ${csv#"$root"/}"
