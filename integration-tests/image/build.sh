#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Makes the image of the host to test on, and prints its name, the only thing on stdout.
#
# The name holds the hash of everything that goes in, so a second run only looks whether it is there.
# Needs root, a docker daemon, and JAVA_HOME naming a JDK 25.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
readonly here root
readonly stage=$root/target/test-image
readonly context=$stage/context
readonly modules=java.base,java.logging,java.xml,java.naming,java.management,java.security.jgss,\
jdk.crypto.ec,jdk.unsupported,jdk.zipfs,java.net.http

note() { printf 'image: %s\n' "$*" >&2; }
die() {
  printf 'image: error: %s\n' "$*" >&2
  exit 1
}

# Everything that a run-time image depends on.
java_recipe() { echo "$modules" && cat "$JAVA_HOME/release"; }

# The JDK's modules that the tool needs, in context/java; made anew when the JDK or the list changes.
make_java() {
  local recipe
  recipe=$(java_recipe | sha256sum)
  if [ -x "$context/java/bin/java" ] && [ "$recipe" = "$(cat "$stage/java.recipe" 2>/dev/null)" ]; then
    return
  fi
  note "linking a Java run-time image"
  rm -rf "$context/java" "$stage/java.recipe"
  "$JAVA_HOME/bin/jlink" --add-modules "$modules" --no-header-files --no-man-pages \
    --output "$context/java" >&2 || die "jlink failed"
  echo "$recipe" >"$stage/java.recipe"
}

[ -x "${JAVA_HOME:-}/bin/jlink" ] || die "JAVA_HOME must name a JDK 25 (it has no bin/jlink)"
base=$("$here/base.sh") || die "there is no base image"
base_id=$(docker image inspect --format '{{.Id}}' "$base")
inputs=("$root/Dockerfile.test" "$here/wheels.py" "$here/boot.sh" "$here/commands.py")
recipe=$( (cat "${inputs[@]}" && java_recipe && echo "$base_id") | sha256sum | cut -c1-12)
tag=reconcile-test:$recipe

if ! docker image inspect "$tag" >/dev/null 2>&1; then
  mkdir -p "$context"
  make_java
  cp "${inputs[@]}" "$context/"
  note "building $tag on $base"
  if ! docker build --network host --build-arg BASE_IMAGE="$base" \
    --build-arg http_proxy --build-arg https_proxy --tag "$tag" \
    --file "$context/Dockerfile.test" "$context" >"$stage/build.log" 2>&1; then
    tail -n 40 "$stage/build.log" >&2
    die "docker build failed (the end of its log is above; all of it: ${stage#"$root"/}/build.log)"
  fi
fi
docker tag "$tag" reconcile-test:latest
echo "$tag"
