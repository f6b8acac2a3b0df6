#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Measures the slowest page of a site while its app restarts, and in the same time without a restart.
#
# Usage: benchmarks/restarts.sh [JAR]...   measure each jar (default: target/reconcile.jar), in turn
#
#   ROUNDS   restarts with each jar (5)
#   GRACE    gunicorn's graceful_timeout in seconds (10)
#
# Meanwhile, clients keep websockets, long polls and slow downloads open, over HTTP/1.1 and HTTP/2.
# The script prints a line for each round, and the median of the rounds. It needs the requirements of
# ./verify: root, docker, a JDK 25 in JAVA_HOME.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
readonly root
readonly boot_seconds=90

die() {
  printf 'restarts: error: %s\n' "$*" >&2
  exit 1
}

container=
remove() {
  [ -z "$container" ] || docker rm --force --volumes "$container" >/dev/null
  container=
}
trap remove EXIT

# The same container as the tests': systemd as PID 1, no network.
boot() {
  container=$(docker run --detach --network none --hostname web1 --cgroupns private \
    --cap-add SYS_ADMIN --cap-add SYS_PTRACE --cap-add NET_ADMIN \
    --security-opt seccomp=unconfined --security-opt apparmor=unconfined \
    --tmpfs /run --tmpfs /run/lock --tmpfs /tmp:exec,mode=1777 \
    --volume "$root/benchmarks/restarts:/opt/restarts:ro" \
    --volume "$root/integration-tests/load:/opt/load:ro" \
    --volume "$root/integration-tests/apps/live:/opt/live:ro" "$image")
  local end=$((SECONDS + boot_seconds))
  until docker exec "$container" systemctl is-system-running 2>/dev/null \
    | grep -qE '^(running|degraded)$'; do
    [ $SECONDS -lt $end ] || die "the container has not booted after $boot_seconds s"
    sleep 0.5
  done
  docker cp -q "$1" "$container:/opt/reconcile.jar"
}

jars=("$@")
[ $# != 0 ] || jars=("$root/target/reconcile.jar")
for jar in "${jars[@]}"; do
  [ -f "$jar" ] || die "there is no $jar"
done
image=$("$root/integration-tests/image/build.sh") || die "there is no test image"
for jar in "${jars[@]}"; do
  boot "$jar"
  printf '%s\n' "$jar"
  docker exec -e ROUNDS="${ROUNDS:-5}" -e GRACE="${GRACE:-10}" "$container" \
    python3 -B /opt/restarts/drive.py
  remove
done
