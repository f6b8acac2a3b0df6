# shellcheck shell=sh
# How Java runs reconcile, for the launcher of a checkout and for the installed one, which read this
# file with "." and call a function of it.

# A run lasts for a second or less: it is over before the better compiler would have begun, and
# before another collector would have paid for its threads.
common='-XX:-UsePerfData -XX:+UseSerialGC'
# What is called some hundred times only is not compiled at all: that would cost more than it saves.
# The heap has a limit of its own: with a quarter of the memory, the usual one, a server of 128 GiB
# would have other pointers than the cache.
quick='-XX:TieredStopAtLevel=1 -XX:CompileThresholdScaling=10 -Xmx1g'
# Only permute may go on for hours: the better compiler alone, and next to no heap.
steady='-XX:-TieredCompilation -Xmx32m'

# start JAVA JAR CACHE WORD...: becomes reconcile. A cache that does not fit, of another jar or
# another Java, is not used, and costs nothing but the time it would have saved; the JVM's words
# about it are switched off, because it says them on standard output.
start() {
  java=$1
  jar=$2
  cache=$3
  shift 3
  # file names are UTF-8 whatever the locale, also under cron
  export LC_ALL=C.UTF-8
  kind=$quick
  if [ "${1:-}" = permute ]; then
    kind=$steady
  fi
  # shellcheck disable=SC2086 # several words each, none with a blank
  set -- $common $kind -cp "$jar" dev.reconcile.cli.Main "$@"
  if [ -s "$cache" ] && [ -r "$cache" ]; then
    exec "$java" -Xlog:disable -XX:AOTCache="$cache" "$@"
  fi
  exec "$java" -Xshare:auto "$@"
}

# train JAVA JAR CACHE STATE: makes the cache, from runs on a scratch folder with the desired state
# in the folder STATE. Fails if there is none in the end, and leaves an empty file in its place.
train() {
  scratch=$(mktemp -d)
  rm -f "$3"
  if training prepare "$@"; then
    training run "$@" -XX:AOTCacheOutput="$3.new" || true
  fi
  rm -rf "$scratch"
  if ! mv "$3.new" "$3"; then
    : >"$3"
    return 1
  fi
}

# training WORD JAVA JAR CACHE STATE FLAG...
training() {
  word=$1 java=$2 jar=$3 state=$5
  shift 5
  # shellcheck disable=SC2086
  LC_ALL=C.UTF-8 HOME=$scratch "$java" $common $quick "$@" -cp "$jar" \
    dev.reconcile.cli.Training "$word" "$scratch" "$state" >/dev/null 2>&1
}
