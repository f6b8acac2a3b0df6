#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Makes the image of the host to compare tools on, and prints its name, the only thing on stdout.
#
# The name holds the hash of everything that goes in, so a second run only looks whether it is there.
# Needs what integration-tests/image/build.sh needs.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
readonly here root
readonly log=$root/target/peers/image.log

note() { printf 'image: %s\n' "$*" >&2; }
die() {
  printf 'image: error: %s\n' "$*" >&2
  exit 1
}

base=$("$root/integration-tests/image/base.sh") || die "there is no base image"
host=$("$root/integration-tests/image/build.sh") || die "there is no test image"
recipe=$( (cat "$here/Dockerfile" && docker image inspect --format '{{.Id}}' "$base" "$host") \
  | sha256sum | cut -c1-12)
tag=reconcile-peers:$recipe

if ! docker image inspect "$tag" >/dev/null 2>&1; then
  mkdir -p "$(dirname "$log")"
  note "building $tag on $host"
  if ! docker build --network host --build-arg BASE_IMAGE="$base" --build-arg TEST_IMAGE="$host" \
    --build-arg http_proxy --build-arg https_proxy --tag "$tag" - \
    <"$here/Dockerfile" >"$log" 2>&1; then
    tail -n 40 "$log" >&2
    die "docker build failed (the end of its log is above; all of it: ${log#"$root"/})"
  fi
fi
echo "$tag"
