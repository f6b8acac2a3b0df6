#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Generates the tables of docs/reliability.md from the records of the tests.
#
# Usage: integration-tests/reliability.sh      after ./verify, or after some of the tests it lists
#
# Each test class writes target/reliability/CLASS.csv (fault;tried;survived;remark). The table of a
# class that has not run stays unchanged.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
readonly document=$root/docs/reliability.md
readonly records=$root/target/reliability

for record in "$records"/*.csv; do
  [ -e "$record" ] || { echo "no record in ${records#"$root"/}: run the tests first" >&2; exit 1; }
  class=$(basename "$record" .csv)
  grep -q "^<!-- $class -->$" "$document" || { echo "$class has no table in the document" >&2; exit 1; }
  table=$(
    echo '| what happens | tried | survived | |'
    echo '|---|---:|---:|---|'
    awk -F';' '{ printf "| %s | %d | %d | %s |\n", $1, $2, $3, $4 }' "$record"
  )
  awk -v class="$class" -v table="$table" '
    $0 == "<!-- " class " -->" { print; print ""; print table; print ""; skip = 1; next }
    /^<!-- end -->$/ { skip = 0 }
    !skip' "$document" >"$document.new"
  mv "$document.new" "$document"
done
