#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Measures how a fleet takes commits: many simulated hosts in one process, with the real rules, on
# three members of a real etcd on loopback.
#
# Usage: benchmarks/fleet.sh [DIRECTORY]   DIRECTORY has etcd and etcdctl (default: those in PATH)
#
#   HOSTS        number of hosts (1000); CANARIES: how many of them are canaries (3)
#   SLOTS        max_unavailable (10)
#   PERIOD       seconds between two runs of a host (20)
#   APPLY        seconds that a host needs for a commit (1); the host sleeps
#   KILL_ONE_OF  in the last rollout, one of so many applies is killed half-way (40)
#
# The script prints a table, and ends with 1 if a bound does not hold: never more than SLOTS hosts at
# it, a length of at most 1.5 * (HOSTS * APPLY / SLOTS + PERIOD * ln(HOSTS) / SLOTS + 3 * PERIOD), at
# most length / PERIOD (rounded up) + 8 requests of a host, none with nothing to do, and the reach of
# bad commits. "Asked again" are exchanges with which another host was faster.
# It needs Maven and a JDK 25. Of etcd it needs the packages etcd-server and etcd-client.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
readonly root
readonly classes=$root/target/fleet-benchmark

die() {
  printf 'fleet: error: %s\n' "$*" >&2
  exit 1
}

programs=${1:-}
for program in etcd etcdctl; do
  if [ -n "$programs" ]; then
    [ -x "$programs/$program" ] || die "there is no $program in $programs"
  else
    command -v $program >/dev/null \
      || die "$program is not installed; apt install etcd-server etcd-client"
  fi
done
java=${JAVA_HOME:+$JAVA_HOME/bin/}java

# The simulation is shared with the tests; the jar has the rules.
mvn --batch-mode --quiet --file "$root/pom.xml" package -Dquick -Dmaven.test.skip=false -DskipTests
rm -rf "$classes"
mkdir -p "$classes"
path=$root/target/test-classes:$root/target/reconcile.jar
"${java}c" -d "$classes" -cp "$path" "$root/benchmarks/fleet/FleetBenchmark.java"

data=$(mktemp -d)
trap 'rm -rf "$data"' EXIT
"$java" -Xmx512m -Dreconcile.test.etcd="$programs" -cp "$classes:$path" \
  dev.reconcile.fleet.FleetBenchmark "${HOSTS:-1000}" "${CANARIES:-3}" "${SLOTS:-10}" \
  "${PERIOD:-20}" "${APPLY:-1}" "${KILL_ONE_OF:-40}" "$data"
