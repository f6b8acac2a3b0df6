#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# ask.sh FOLDER: sends the requests of all sites and writes each answer into FOLDER/SITE/NAME, the
# names of its headers in small letters, without those that say when or how, not what.
set -uo pipefail
cd "$(dirname "$0")" || exit
unseen='^(date|server|connection|content-length|etag|last-modified|accept-ranges|transfer-encoding):'
for probes in */probes; do
  mkdir -p "$1/${probes%/*}"
  while read -r name arguments; do
    bash -c "curl -sk -i --max-time 20 -H Expect: $arguments" </dev/null 2>&1 | tr -d '\r' | awk -v unseen="$unseen" '
      FNR == 1 && /^HTTP\// { headers = 1; print $2; next }
      headers && $0 == "" { headers = 0; next }
      headers { sub(/^[^:]*/, tolower(substr($0, 1, index($0, ":") - 1))) }
      headers && $0 ~ unseen { next }
      { print }' >"$1/${probes%/*}/$name"
  done <"$probes"
done
