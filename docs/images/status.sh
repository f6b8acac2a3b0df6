#!/usr/bin/env bash
# Makes docs/images/status.png and status-dark.png: the status page of a real host, as StatusPageIT
# has photographed it.
#
# Usage: ./verify -Dit.test=StatusPageIT -Dtest=ArchitectureTest && docs/images/status.sh
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
pictures=$here/../../target/status-page
readonly here pictures

[ -f "$pictures/desktop.png" ] || {
  echo "status.sh: there is no $pictures/desktop.png: run StatusPageIT first" >&2
  exit 1
}
cp "$pictures/desktop.png" "$here/status.png"
cp "$pictures/desktop-dark.png" "$here/status-dark.png"
