#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Generates docs/images/status.png and status-dark.png: the upper part of the status page of a real
# host, which StatusPageIT writes to target/status-page.
#
# Usage: ./verify -Dit.test=StatusPageIT -Dtest=ArchitectureTest && docs/images/status.sh
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
page=$(cd "$here/../.." && pwd)/target/status-page/status.html
profile=$(mktemp -d)
readonly here page profile
trap 'rm -rf "$profile"' EXIT

[ -f "$page" ] || {
  echo "status.sh: there is no $page: run StatusPageIT first" >&2
  exit 1
}
browser=$(command -v chromium || command -v google-chrome) || {
  echo "status.sh: needs chromium" >&2
  exit 1
}

# picture NAME SCHEME: 0 is dark, 1 is light
picture() {
  "$browser" --headless --no-sandbox --disable-gpu --no-first-run --hide-scrollbars \
    --user-data-dir="$profile" --blink-settings="preferredColorScheme=$2" --window-size=1280,1075 \
    --screenshot="$here/$1.png" "file://$page" 2>"$profile/log" || {
    cat "$profile/log" >&2
    exit 1
  }
}
picture status 1
picture status-dark 0
