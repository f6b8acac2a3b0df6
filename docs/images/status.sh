#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Generates docs/images/status.png and fleet.png, and the same in the dark: the upper parts of the
# status page of a real host and of a real fleet, which StatusPageIT and FleetIT write to
# target/status-page. A page that is missing is left out.
#
# Usage: ./verify -Dit.test=StatusPageIT,FleetIT -Dtest=ArchitectureTest && docs/images/status.sh
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
pages=$(cd "$here/../.." && pwd)/target/status-page
profile=$(mktemp -d)
readonly here pages profile
trap 'rm -rf "$profile"' EXIT

[ -f "$pages/status.html" ] || [ -f "$pages/fleet.html" ] || {
  echo "status.sh: there is no page in $pages: run StatusPageIT or FleetIT first" >&2
  exit 1
}
browser=$(command -v chromium || command -v google-chrome) || {
  echo "status.sh: needs chromium" >&2
  exit 1
}

# picture PAGE HEIGHT
picture() {
  [ -f "$pages/$1.html" ] || return 0
  shot "$1" "$1" "$2" 1
  shot "$1" "$1-dark" "$2" 0
}

# shot PAGE NAME HEIGHT SCHEME: 0 is dark, 1 is light
shot() {
  "$browser" --headless --no-sandbox --disable-gpu --no-first-run --hide-scrollbars \
    --user-data-dir="$profile" --blink-settings="preferredColorScheme=$4" \
    --window-size="1280,$3" --screenshot="$here/$2.png" "file://$pages/$1.html" \
    2>"$profile/log" || {
    cat "$profile/log" >&2
    exit 1
  }
}
picture status 1075
picture fleet 900
