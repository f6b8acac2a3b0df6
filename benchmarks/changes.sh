#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Measures the CPU of the whole host for runs with changes, and for the single steps of such runs.
#
# Usage: benchmarks/changes.sh [JAR]...  measure each jar (default: target/reconcile.jar), in turn
#
#   APPS         number of Flask apps with two workers each (20)
#   ROUNDS       runs of each kind with each jar (3); FRESH_ROUNDS: first deploys (1)
#   KINDS        of: default code requirements (default: all)
#   WAIT         seconds that each app waits when it is imported (0)
#   STEPS=       leaves out the single steps
#
# Each jar has a container of the test image of its own, whose control group counts the CPU of all its
# processes and of nothing else on the machine. The script writes target/changes/: runs.csv, log/. It
# prints the tables. It needs the requirements of ./verify: root, docker, a JDK 25 in JAVA_HOME.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
readonly root
readonly here=$root/benchmarks/changes
readonly results=$root/target/changes
readonly boot_seconds=90
readonly apps=${APPS:-20} rounds=${ROUNDS:-3} fresh_rounds=${FRESH_ROUNDS:-1} steps=${STEPS-yes}

say() { printf 'changes: %s\n' "$*" >&2; }
die() {
  say "error: $*"
  exit 1
}

declare -A containers
remove() {
  for jar in "${!containers[@]}"; do
    docker rm --force --volumes "${containers[$jar]}" >/dev/null
  done
  containers=()
}
trap remove EXIT

# The same container as the tests': systemd as PID 1, no network.
boot() {
  local container
  container=$(docker run --detach --network none --hostname web1 --cgroupns private \
    --cap-add SYS_ADMIN --cap-add SYS_PTRACE --cap-add NET_ADMIN \
    --security-opt seccomp=unconfined --security-opt apparmor=unconfined \
    --tmpfs /run --tmpfs /run/lock --tmpfs /tmp:exec,mode=1777 \
    --volume "$here:/opt/changes:ro" --volume "$results:/results" "$image")
  containers[$1]=$container
  local end=$((SECONDS + boot_seconds))
  until docker exec "$container" systemctl is-system-running 2>/dev/null \
    | grep -qE '^(running|degraded)$'; do
    [ $SECONDS -lt $end ] || die "the container has not booted after $boot_seconds s"
    sleep 0.5
  done
  docker cp -q "$1" "$container:/opt/reconcile.jar"
  in_host "$1" prepare
}

in_host() {
  docker exec -e JAR="$1" -e APPS="$apps" -e WAIT="${WAIT:-0}" "${containers[$1]}" \
    python3 -B /opt/changes/drive.py "${@:2}"
}

jars=("$@")
[ $# != 0 ] || jars=("$root/target/reconcile.jar")
for jar in "${jars[@]}"; do
  [ -f "$jar" ] || die "there is no $jar"
done
image=$("$root/integration-tests/image/build.sh") || die "there is no test image"
mkdir -p "$results/log"
rm -f "$results"/*.csv
for round in $(seq "$fresh_rounds"); do
  remove
  for jar in "${jars[@]}"; do
    boot "$jar"
    in_host "$jar" first "$round"
  done
done
for round in $(seq "$rounds"); do
  for kind in ${KINDS:-default code requirements}; do
    for jar in "${jars[@]}"; do
      in_host "$jar" "$kind" "$round"
    done
  done
done
[ -z "$steps" ] || in_host "${jars[0]}" steps
python3 -B "$here/report.py" "$results/runs.csv"
