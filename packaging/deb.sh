#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds the Debian package and prints its path, the only output on stdout.
#
# Usage: [VERSION=0.1.1] [JAR=FILE] [LEVEL=1] packaging/deb.sh
#
# VERSION overrides the version of the jar. JAR is an existing jar instead of a new build. LEVEL is
# xz's compression level (1 gives a package that is an eighth larger, in a quarter of the time).
# DEBFULLNAME and DEBEMAIL name the maintainer. The script needs a JDK 25 (JAVA_HOME, or on PATH, or
# in /usr/lib/jvm), Maven unless JAR is set, and dpkg-deb. It does not need root.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(dirname "$here")
readonly here root
readonly java_version=25
# The modules that the jar uses, according to jdeps, without java.sql and java.xml, which only JGit's
# code for servers and Gerrit uses. Kerberos (jgss) stays, because a server may offer it.
readonly modules=java.base,java.management,java.security.jgss
readonly lib=usr/lib/reconcile

note() { printf 'deb: %s\n' "$*" >&2; }
die() {
  printf 'deb: error: %s\n' "$*" >&2
  exit 1
}

is_right_jdk() {
  [ -x "$1/bin/jlink" ] && grep -q "^JAVA_VERSION=\"${java_version}[.\"]" "$1/release" 2>/dev/null
}

# Sets JAVA_HOME: the caller's, the one on PATH, or one in the directory of Debian's packages.
find_jdk() {
  local candidate javac
  local candidates=("${JAVA_HOME:-}")
  if javac=$(command -v javac); then
    javac=$(readlink -f "$javac")
    candidates+=("${javac%/bin/javac}")
  fi
  candidates+=(/usr/lib/jvm/*)
  for candidate in "${candidates[@]}"; do
    if [ -n "$candidate" ] && is_right_jdk "$candidate"; then
      export JAVA_HOME=$candidate
      return
    fi
  done
  die "there is no JDK $java_version in JAVA_HOME, PATH or /usr/lib/jvm: install one" \
    "(openjdk-$java_version-jdk-headless), or set JAVA_HOME to it"
}

build_jar() {
  [ -z "${JAR:-}" ] || {
    [ -f "$JAR" ] || die "there is no $JAR"
    return 0
  }
  note "building the jar"
  (cd "$root" && mvn -q -B -Dstyle.color=never -Dquick package </dev/null >&2) || die "Maven failed"
  JAR=$root/target/reconcile.jar
}

# The version of the jar, or VERSION, which "reconcile --version" then prints, too.
install_jar() {
  install -m 644 "$JAR" "$stage/$lib/reconcile.jar"
  if [ -n "${VERSION:-}" ]; then
    mkdir -p "$work/version"
    sed "s/\${project.version}/$VERSION/" "$root/src/main/java-templates/dev/reconcile/cli/Version.java" \
      >"$work/Version.java"
    "$JAVA_HOME/bin/javac" -d "$work/version" "$work/Version.java" >&2 || die "no version $VERSION"
    "$JAVA_HOME/bin/jar" --update --file "$stage/$lib/reconcile.jar" -C "$work/version" . \
      || die "the jar takes no version $VERSION"
  fi
  version=$("$stage/$lib/runtime/bin/java" -jar "$stage/$lib/reconcile.jar" --version)
  version=${version#reconcile }
  # 0.1.0~SNAPSHOT sorts before 0.1.0
  version=${version/-SNAPSHOT/\~SNAPSHOT}
}

link_runtime() {
  note "linking the runtime"
  "$JAVA_HOME/bin/jlink" --add-modules "$modules" --strip-debug --no-header-files --no-man-pages \
    --compress zip-0 --output "$stage/$lib/runtime" >&2 || die "jlink failed"
  rm "$stage/$lib/runtime/bin/keytool" "$stage/$lib/runtime/lib/jrt-fs.jar" \
    "$stage/$lib/runtime/lib/classlist" "$stage/$lib/runtime/lib/jexec"
  chmod -R u=rwX,go=rX "$stage/$lib/runtime"
  find "$stage/$lib/runtime/lib" -name '*.so' -exec chmod 644 {} +
}

# The JVM accepts a cache if jar and runtime have the same size and time as in training, at any path.
# The package keeps both.
make_caches() {
  note "training"
  local java=$stage/$lib/runtime/bin/java jar=$stage/$lib/reconcile.jar made
  # shellcheck source=src/main/launcher/java.sh
  . "$stage/$lib/java.sh"
  train "$java" "$jar" "$stage/$lib/reconcile.aot" "$root/desired-state" \
    || die "the caches cannot be made"
  for made in "$stage/$lib"/*.aot; do
    chmod 644 "$made"
    # shellcheck disable=SC2154,SC2086 # java.sh's options, each of several words
    LC_ALL=C.UTF-8 "$java" $common $quick -XX:AOTMode=on -XX:AOTCache="$made" -cp "$jar" \
      dev.reconcile.Main --version >/dev/null || die "${made##*/} does not fit"
  done
}

# Runs a class of the jar and prints its output.
ask() {
  "$stage/$lib/runtime/bin/java" -cp "$stage/$lib/reconcile.jar" "dev.reconcile.command.$1" \
    || die "dev.reconcile.command.$1 failed"
}

# The packages of the libraries that the runtime needs; for libc also the version, from its symbols.
depends() {
  local library libc
  libc=$(find "$stage/$lib/runtime" -type f \( -name '*.so' -o -path '*/bin/*' -o -name jspawnhelper \) \
    -exec grep -aoh 'GLIBC_2\.[0-9][0-9.]*' {} + | sort -Vu | tail -n 1)
  echo "libc6 (>= ${libc#GLIBC_})"
  find "$stage/$lib/runtime/lib" -name '*.so' -exec ldd {} + \
    | awk '$2 == "=>" && $3 ~ "^/" { print $3 }' | sort -u | grep -vF "$stage" \
    | while read -r library; do
      dpkg-query -S "$(readlink -f "$library")" "$library" "/usr$library" 2>/dev/null \
        | sed -n 's/:.*//p' | head -n 1
    done | sort -u | grep -vx libc6 || true
}

write_control() {
  mkdir -p "$stage/DEBIAN"
  cat >"$stage/DEBIAN/control" <<EOF
Package: reconcile
Version: $version
Architecture: $architecture
Maintainer: $maintainer
Section: admin
Priority: optional
Installed-Size: $(du -sk --apparent-size --exclude=DEBIAN "$stage" | cut -f1)
Depends: $(depends | paste -sd, | sed 's/,/, /g')
Recommends: openssh-client
Suggests: nginx, python3-venv, gpgv, etcd-client
Description: keep a server with Flask apps in the state of a git repository
 A git repository contains one YAML file per app. reconcile updates the source,
 virtualenv, gunicorn service and nginx site of each app to match it. It changes
 only what differs, tests each change before it is live, and rolls back an app
 that fails.
 .
 Run it by hand or by the timer in this package, which is disabled until
 "systemctl enable --now reconcile.timer".
EOF
  echo /etc/reconcile/config.yaml >"$stage/DEBIAN/conffiles"
  install -m 755 "$here"/debian/{postinst,prerm,postrm} "$stage/DEBIAN/"
  (cd "$stage" && find . -type f ! -path './DEBIAN/*' ! -path ./etc/reconcile/config.yaml -printf '%P\0' \
    | LC_ALL=C sort -z | xargs -0 md5sum >DEBIAN/md5sums)
}

# Manual and completion are generated from the same options as the help.
write_documentation() {
  local doc=$stage/usr/share/doc/reconcile
  mkdir -p "$stage/usr/share/man/man8" "$stage/usr/share/bash-completion/completions"
  ask ManPage | gzip -9n >"$stage/usr/share/man/man8/reconcile.8.gz"
  ask Completion >"$stage/usr/share/bash-completion/completions/reconcile"
  install -D -m 644 "$here/debian/copyright" "$doc/copyright"
  install -D -m 644 "$here/debian/lintian-overrides" "$stage/usr/share/lintian/overrides/reconcile"
  gzip -9n <"$root/CHANGELOG.md" >"$doc/CHANGELOG.md.gz"
  # the files that Debian's tools read
  gzip -9n >"$doc/changelog.gz" <<EOF
reconcile ($version) unstable; urgency=medium

  * What is new: /usr/share/doc/reconcile/CHANGELOG.md.gz

 -- $maintainer  $(date -uR)
EOF
}

umask 022
find_jdk
architecture=$(dpkg --print-architecture)
maintainer="${DEBFULLNAME:-The maintainers of reconcile} <${DEBEMAIL:-reconcile@example.com}>"
build_jar
work=$root/target/deb
stage=$work/root
rm -rf "$work"
mkdir -p "$stage/$lib"
link_runtime
install_jar
install -m 644 "$root/src/main/launcher/java.sh" "$stage/$lib/java.sh"
make_caches
install -D -m 755 "$here/reconcile" "$stage/usr/bin/reconcile"
install -D -m 644 "$here/config.yaml" "$stage/etc/reconcile/config.yaml"
install -D -m 644 -t "$stage/usr/lib/systemd/system" "$root"/src/main/systemd/reconcile.{service,timer}
write_documentation
write_control
deb=$root/target/reconcile_${version}_$architecture.deb
note "packing"
# xz: dpkg of Debian 12 and Ubuntu 22.04 may not support newer formats
dpkg-deb --root-owner-group -Zxz "-z${LEVEL:-6}" --build "$stage" "$deb" >&2 || die "dpkg-deb failed"
echo "$deb"
