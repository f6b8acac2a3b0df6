#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Performs the same work with reconcile and with other tools, and compares the cost.
#
# Usage: benchmarks/peers.sh [N]...      measure with N apps each (default: 1 10 100 1000), and report
#        benchmarks/peers.sh report      prints table and plot of the last measurement again
#        benchmarks/peers.sh publish     copies them to docs/
#
#   TOOLS        of: reconcile floor cfengine puppet ansible-mitogen ansible-fast ansible
#                (default: all but the slow ones where N is large, as docs/performance.md says)
#   KINDS        of: fresh noop change drift alone memory hyperfine (default: all but the last)
#   ROUNDS       runs of each (5); SLOW_ROUNDS: of puppet and ansible (2); FRESH_ROUNDS: from nothing (1)
#   PROCESSES=1  also counts processes, with strace
#   APPEND=1     adds to the earlier results instead of replacing them
#   QUIET        maximum wait in seconds for an idle machine before each run (5)
#
# All tools run in turn in one container of the test image with the other tools added, on apps that
# really run. The script writes target/peers/: runs.csv, trees.csv, table.md, plot.svg, log/. It needs
# the requirements of ./verify: root, docker, a JDK 25 in JAVA_HOME.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
readonly root
readonly here=$root/benchmarks/peers
readonly results=$root/target/peers
readonly boot_seconds=90

say() { printf 'peers: %s\n' "$*" >&2; }
die() {
  say "error: $*"
  exit 1
}

in_host() {
  docker exec -e TOOLS -e KINDS -e ROUNDS -e SLOW_ROUNDS -e FRESH_ROUNDS -e PROCESSES -e QUIET \
    "$container" "$@"
}

# The same container as the tests': systemd as PID 1, no network. The checkout is mounted, so the
# jar is the one just built.
boot() {
  container=$(docker run --detach --network none --hostname web1 --cgroupns private \
    --cap-add SYS_ADMIN --cap-add SYS_PTRACE --cap-add NET_ADMIN \
    --security-opt seccomp=unconfined --security-opt apparmor=unconfined \
    --tmpfs /run --tmpfs /run/lock --tmpfs /tmp:exec,mode=1777 \
    --volume "$root:/opt/reconcile:ro" --volume "$results:/results" "$1")
  trap 'docker rm --force --volumes "$container" >/dev/null' EXIT
  local end=$((SECONDS + boot_seconds))
  until in_host systemctl is-system-running 2>/dev/null | grep -qE '^(running|degraded)$'; do
    [ $SECONDS -lt $end ] || die "the container has not booted after $boot_seconds s"
    sleep 0.5
  done
}

# With the JDK in folder $1. An AOT cache wants a jar, not a folder of classes.
empty_main() {
  local classes=$results/classes
  mkdir -p "$classes"
  echo 'class Empty { public static void main(String[] words) {} }' >"$classes/Empty.java"
  "$1/bin/javac" --release 25 -d "$classes" "$classes/Empty.java"
  "$1/bin/jar" --create --file "$results/empty.jar" -C "$classes" Empty.class
}

measure() {
  local jdk=${JAVA_HOME:-nowhere}
  [ -x "$jdk/bin/javac" ] || die "JAVA_HOME must name a JDK 25"
  mkdir -p "$results/log"
  [ -n "${APPEND:-}" ] || rm -f "$results"/*.csv
  local deb
  deb=$(LEVEL=1 "$root/packaging/deb.sh") || die "the package cannot be made (see above)"
  cp "$deb" "$results/reconcile.deb"
  empty_main "$jdk"
  boot "$("$here/image.sh")"
  in_host python3 -B "$here_in_host/drive.py" prepare
  local n
  for n in "$@"; do
    in_host python3 -B "$here_in_host/drive.py" measure "$n"
  done
}

readonly here_in_host=/opt/reconcile/benchmarks/peers
case ${1:-} in
  report) python3 -B "$here/report.py" "$results" ;;
  publish) python3 -B "$here/report.py" "$results" "$root/docs" ;;
  *)
    counts=("$@")
    [ $# != 0 ] || counts=(1 10 100 1000)
    measure "${counts[@]}"
    python3 -B "$here/report.py" "$results"
    say "all figures: ${results#"$root"/}/runs.csv"
    ;;
esac
