#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Shows that the model of a fleet notices each wrong rule: the seed, and what went wrong with it.
#
# Usage: integration-tests/fleet-mutants.sh [NAME]...     all, or some of FleetMutant's constants
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
readonly table=target/fleet-mutants.txt

rm -f "$table"
mvn --batch-mode --quiet test -Dtest=FleetMutantsTest -Dfleet.mutants="${*:-}" ||
  { echo "a wrong rule was not noticed, or the test did not run" >&2; exit 1; }
cat "$table"
