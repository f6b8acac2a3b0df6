#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Measures the CPU of a run that waits for its turn in a fleet, and of runs on a host in no fleet.
#
# Usage: benchmarks/fleet-waiting.sh [JAR]   (default: target/reconcile.jar)
#
#   APPS    number of apps (10)
#   ROUNDS  runs of each kind, in turn (9)
#
# Whole processes are measured: the launcher, the JVM with its cache of classes, git and etcdctl. The
# hosts are root directories in a container of the test image, with two engines on loopback: one over
# http, one over https with a certificate of the host. The script prints a table, and ends with 1 if
# waiting takes over 0.05 s more than a run that finds a newer commit and nothing to change. It needs
# the requirements of ./verify: root, docker, a JDK 25 in JAVA_HOME.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
readonly root
jar=$(realpath "${1:-$root/target/reconcile.jar}")
[ -f "$jar" ] || {
  printf 'fleet-waiting: error: there is no %s\n' "$jar" >&2
  exit 1
}
image=$("$root/integration-tests/image/build.sh")
docker run --rm --network none --hostname web1 --tmpfs /tmp:exec,mode=1777 \
  --env APPS="${APPS:-10}" --env ROUNDS="${ROUNDS:-9}" \
  --volume "$jar:/opt/reconcile.jar:ro" --volume "$root/benchmarks/fleet:/opt/fleet:ro" \
  --volume "$root/src/main/launcher:/opt/launcher:ro" \
  --volume "$root/desired-state:/opt/desired-state:ro" \
  --entrypoint python3 "$image" -B /opt/fleet/waiting.py
