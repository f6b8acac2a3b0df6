#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Prints the name of a base image for Dockerfile.test, making that image when it has to.
#
# Ubuntu 22.04 where docker has it or can pull it; elsewhere a minimal system of this machine's own
# release, made by debootstrap from the mirror that its apt is set up with. The latter is tagged
# with the hash of its recipe (this file, release, architecture), so it is made once.
# BASE_IMAGE=NAME overrides the choice. Only the name goes to stdout. Needs root and a docker daemon.
set -euo pipefail

readonly ubuntu=ubuntu:22.04
readonly packages=systemd,systemd-sysv,dbus,ca-certificates
readonly pull_seconds=90

note() { printf 'base: %s\n' "$*" >&2; }
die() {
  printf 'base: error: %s\n' "$*" >&2
  exit 1
}
has_image() { docker image inspect "$1" >/dev/null 2>&1; }

os_release() { sed -n "s/^$1=\"\{0,1\}\([^\"]*\)\"\{0,1\}\$/\1/p" /etc/os-release; }

# The address of the first apt source for release $1.
mirror_of() {
  # shellcheck disable=SC2016 # apt expands these, not the shell
  apt-get indextargets --format '$(REPO_URI) $(RELEASE)' | awk -v release="$1" \
    '$2 == release && !found { print $1; found = 1 }'
}

if [ -n "${BASE_IMAGE:-}" ]; then
  has_image "$BASE_IMAGE" || docker pull --quiet "$BASE_IMAGE" >&2 \
    || die "BASE_IMAGE=$BASE_IMAGE can be neither found nor pulled"
  echo "$BASE_IMAGE"
  exit 0
fi

if has_image "$ubuntu"; then
  echo "$ubuntu"
  exit 0
fi

suite=$(os_release VERSION_CODENAME)
architecture=$(dpkg --print-architecture)
[ -n "$suite" ] || die "/etc/os-release names no release: set BASE_IMAGE to an image to build on"
recipe=$( (cat "${BASH_SOURCE[0]}" && echo "$suite $architecture") | sha256sum | cut -c1-12)
tag=reconcile-base:$suite-$recipe

if has_image "$tag"; then
  echo "$tag"
  exit 0
fi

if timeout "$pull_seconds" docker pull --quiet "$ubuntu" >/dev/null 2>&1; then
  note "pulled $ubuntu"
  echo "$ubuntu"
  exit 0
fi

note "$ubuntu cannot be pulled: making $tag with debootstrap (a minute or two)"
command -v debootstrap >/dev/null || die "debootstrap is missing: apt-get install debootstrap"
mirror=$(mirror_of "$suite")
[ -n "$mirror" ] || die "apt knows no source for $suite: run apt-get update"
case $(os_release ID) in
  ubuntu) components="main universe" ;;
  *) components=main ;;
esac

work=$(mktemp -d "${TMPDIR:-/var/tmp}/reconcile-base.XXXXXX")
trap 'rm -rf --one-file-system "$work"' EXIT
if ! debootstrap --variant=minbase --include="$packages" --components="${components// /,}" \
  "$suite" "$work/root" "$mirror" >"$work/log" 2>&1; then
  tail -n 20 "$work/log" >&2
  die "debootstrap $suite failed (its log's end is above)"
fi

for release in "$suite" "$suite-updates" "$suite-security"; do
  uri=$(mirror_of "$release")
  [ -z "$uri" ] || echo "deb $uri $release $components"
done >"$work/root/etc/apt/sources.list"
rm -rf "$work"/root/var/cache/apt/archives/*.deb "$work"/root/var/lib/apt/lists/* \
  "$work/root/etc/resolv.conf" "$work/root/etc/hostname"
: >"$work/root/etc/machine-id"

tar -C "$work/root" --one-file-system -c . | docker import - "$tag" >/dev/null
note "made $tag"
echo "$tag"
