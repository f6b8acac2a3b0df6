#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Compares the keyed permutation with alternatives, and writes results/.
#
# Usage: benchmarks/permutation/run.sh [numbers] [processes] [report]    (default: all three)
#
# numbers    nanoseconds per number in one JVM (JMH; minutes)
# processes  whole commands, end to end, into memory (needs 3 GB in /dev/shm; minutes)
# report     tables, CSV and plot of the measurements
#
# Each figure is the best of several, because other load on the machine can only increase it.
# Compare only figures of the same run.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
here=$root/benchmarks/permutation
results=$here/results
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
target=$(mktemp -d /dev/shm/permutation.XXXXXX)
trap 'rm -rf "$target"' EXIT
mkdir -p "$results"

jmh() {
  local name=$1
  shift
  "$java" -cp "$here/target/benchmarks.jar:$here/target/lib/*" org.openjdk.jmh.Main \
    -rf json -rff "$here/target/$name.json" "$@"
}

numbers() {
  (cd "$here" && mvn -q package)
  rm -f "$here"/target/*.json
  jmh any 'OneByOne.(permute|fillLongs|blackRock)'
  jmh ints OneByOne.fillInts -p size=1000,65536,1000000,100000007,4294967296
  jmh kensler OneByOne.kensler -p size=1000,65536,1000000,100000007
  jmh ff1 OneByOne.ff1 -p size=1000000,100000007,4294967296,1000000000000,281474976710656
  jmh list 'WholeList.(fisherYates|fastutil)'
  jmh boxed WholeList.collections -p size=1000,65536,1000000
}

# measure NAME N ROUND COMMAND...: one process, its output into memory.
measure() {
  local name=$1 size=$2 round=$3
  shift 3
  rm -f "$target/out"
  /usr/bin/time -o "$target/time" -f '%e,%U,%S,%M' "$@" >"$target/out"
  printf '%s,%s,%s,%s\n' "$name" "$size" "$round" "$(cat "$target/time")" >>"$results/processes.csv"
}

processes() {
  "$root/reconcile" --version >/dev/null
  echo command,size,round,wall_s,user_s,system_s,rss_kb >"$results/processes.csv"
  local size last rounds round
  for size in 1000 10000 100000 1000000 10000000 100000000; do
    last=$((size - 1))
    rounds=5
    if [ $size -ge 100000000 ]; then
      rounds=3
    fi
    for round in $(seq $rounds); do
      measure 'reconcile permute' $size "$round" "$root/reconcile" permute --size $size --threads 1
      cp "$target/out" "$target/copied"
      measure 'reconcile permute (2 threads)' $size "$round" \
        "$root/reconcile" permute --size $size --threads 2
      measure 'reconcile permute (skip)' $size "$round" \
        "$root/reconcile" permute --size $size --threads 1 --style skip
      measure seq $size "$round" seq 0 $last
      measure cp $size "$round" cp "$target/copied" "$target/out"
      rm "$target/copied"
      measure shuf $size "$round" shuf -i 0-$last
    done
  done
}

report() {
  "$java" "$here/Report.java" "$results" "$here/target"
}

if [ $# = 0 ]; then
  set -- numbers processes report
fi
for part in "$@"; do
  case $part in
    numbers | processes | report) "$part" ;;
    *)
      echo "run.sh: $part is none of: numbers processes report" >&2
      exit 64
      ;;
  esac
done
