# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# How Java runs reconcile, for the launcher of a checkout and for the installed one, which read this
# file with "." and call a function of it.

# A run lasts for a second or less: it is over before the better compiler would have begun, and
# before another collector would have paid for its threads.
common='-XX:-UsePerfData -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED'
# What is called some hundred times only is not compiled at all: that would cost more than it saves.
# The heap has a limit of its own: with a quarter of the memory, the usual one, a server of 128 GiB
# would have other pointers than the cache.
quick='-XX:TieredStopAtLevel=1 -XX:CompileThresholdScaling=10 -Xmx1g'
# Only permute may go on for hours: the better compiler alone, and next to no heap.
steady='-XX:-TieredCompilation -Xmx32m'
# What a run returns that was only to find out whether there is nothing to do, and found out nothing.
not_known=113

# settle WORD...: makes what a process has from its caller the same for every caller, as far as a
# shell can do that without another process. Java does the rest (host/Surroundings.java).
settle() {
  unset JAVA_TOOL_OPTIONS _JAVA_OPTIONS JDK_JAVA_OPTIONS CLASSPATH \
    LD_PRELOAD LD_LIBRARY_PATH LD_AUDIT BASH_ENV ENV CDPATH
  # what is opened next would else become standard output; none takes a word, as when it was closed
  [ -e /proc/self/fd/0 ] || exec </dev/null
  [ -e /proc/self/fd/1 ] || exec 1</dev/null
  [ -e /proc/self/fd/2 ] || exec 2</dev/null
  for limit in t f d v; do
    # shellcheck disable=SC3045 # dash has all four
    ulimit -$limit unlimited 2>/dev/null || :
  done
  # Java does not start in a folder that has been removed. A relative path leads nowhere from there.
  nowhere=
  # shellcheck disable=SC3013 # dash has -ef
  if ! [ . -ef "${PWD:-}" ]; then
    nowhere=/dev/null/the-current-folder-has-been-removed
    cd /
  fi
  case ${1:-} in
    adopt | allocate | init | permute | schema | validate) ;;
    *) umask 022 ;;
  esac
}

# start JAVA JAR CACHE WORD...: becomes reconcile; $launcher is the path by which a timer is to start
# the same. A cache that does not fit, of another jar or another Java, is not used, and costs nothing
# but the time it would have saved; the JVM's words about it are switched off, because it says them on
# standard output.
#
# The JVM readies all classes of its cache at its start. So there are two: one with everything, and
# one, half as large, with what it takes to know that there is nothing to do, which is tried first
# where a run has left word of what it saw.
start() {
  java=$1
  jar=$2
  cache=$3
  shift 3
  # file names are UTF-8 whatever the locale, also under cron
  export LC_ALL=C.UTF-8
  case ${1:-} in
    permute)
      become "$steady" "$cache" "$@"
      ;;
    --version)
      become "$quick" "${cache%.aot}-known.aot" "$@"
      ;;
    '' | -* | apply | plan)
      find_root "$@"
      if [ -s "${cache%.aot}-known.aot" ] && [ -e "$below/var/lib/reconcile/unchanged" ]; then
        known "$@"
        become "$quick -Dreconcile.known=not" "$cache" "$@"
      fi
      ;;
  esac
  become "$quick" "$cache" "$@"
}

# find_root WORD...: sets $below to the directory of --root; empty for the machine itself.
find_root() {
  below=
  before=
  for word; do
    case $before in
      --root) below=$word ;;
    esac
    case $word in
      --root=*) below=${word#--root=} ;;
    esac
    before=$word
  done
}

# known WORD...: ends it all if there is nothing to do; says and does nothing otherwise.
known() {
  status=0
  # shellcheck disable=SC2086 # several words each, none with a blank
  "$java" $common $quick ${nowhere:+"-Duser.dir=$nowhere"} -Dreconcile.known=only -Xlog:disable \
    "-Dreconcile.launcher=${launcher:-}" -XX:AOTCache="${cache%.aot}-known.aot" -cp "$jar" dev.reconcile.Main "$@" || status=$?
  if [ $status != $not_known ]; then
    exit $status
  fi
}

# become FLAGS CACHE WORD...
become() {
  flags=$1
  used=$2
  shift 2
  # shellcheck disable=SC2086
  set -- $common $flags ${nowhere:+"-Duser.dir=$nowhere"} "-Dreconcile.launcher=${launcher:-}" -cp "$jar" dev.reconcile.Main "$@"
  if [ -s "$used" ] && [ -r "$used" ]; then
    exec "$java" -Xlog:disable -XX:AOTCache="$used" "$@"
  fi
  exec "$java" -Xshare:auto "$@"
}

# train JAVA JAR CACHE STATE: makes both caches, from runs on a scratch folder with the desired state
# in the folder STATE. Fails if one is missing in the end, and leaves an empty file in its place.
train() {
  scratch=$(mktemp -d)
  trained=0
  rm -f "$3" "${3%.aot}-known.aot"
  if training prepare "$@"; then
    training known "$@" -XX:AOTCacheOutput="${3%.aot}-known.aot.new" || true
    training run "$@" -XX:AOTCacheOutput="$3.new" || true
  fi
  rm -rf "$scratch"
  for made in "${3%.aot}-known.aot" "$3"; do
    if ! mv "$made.new" "$made"; then
      : >"$made"
      trained=1
    fi
  done
  return $trained
}

# training WORD JAVA JAR CACHE STATE FLAG...
training() {
  word=$1 java=$2 jar=$3 state=$5
  shift 5
  # shellcheck disable=SC2086
  LC_ALL=C.UTF-8 HOME=$scratch "$java" $common $quick "$@" -cp "$jar" \
    dev.reconcile.CdsTraining "$word" "$scratch" "$state" >/dev/null 2>&1
}
