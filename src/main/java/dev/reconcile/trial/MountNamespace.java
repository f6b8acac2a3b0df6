// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.trial;

import dev.reconcile.host.Command;
import dev.reconcile.host.CommandRunner;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.model.Change;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A mount namespace (mount_namespaces(7)) in which a command sees a copy of a live directory under
 * the directory's own path. The namespace ends with the command.
 *
 * <p>The copy is in memory, mounted over the directory. Each directory into which the command
 * writes is covered by a directory in memory with links to its entries. All other file systems are
 * read-only. So there is nothing to clean up, even after a kill.
 */
final class MountNamespace {
  /** Marks the place in standard error at which the output of the command begins. */
  private static final String READY = "reconcile: the stage is ready";

  private static final String READ_ONLY = "Read-only file system";
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private static final String SCRIPT =
      """
      set -eu
      umask 022
      tree=$(realpath -e -- "$1"); shift
      under=$tree/.reconcile-under
      count=0
      covered=

      while read -r _ _ _ _ point rest; do
        case $point in /proc/* | /sys/* | /var/lib/docker/* | /snap/*) continue ;; esac
        case $rest in
          *' - ext'* | *' - xfs '* | *' - btrfs '* | *' - zfs '* | *' - f2fs '* | *' - bcachefs '* | \
            *' - overlay '* | *' - tmpfs '* | *' - nfs'* | *' - fuse'*)
            mount -o remount,bind,ro "$(printf %b "$point")" 2>/dev/null || : ;;
        esac
      done < /proc/self/mountinfo

      cd "$tree"
      mount -t tmpfs -o mode=0755,size=128m reconcile "$tree"
      cp -a . "$tree"
      cd /

      # "cover /folder ./name ./name": makes the folder writable and hides these names
      cover() {
        case $1 in
          ./*) hide "$1" ;;
          *) begin "$1" ;;
        esac
      }
      begin() {
        covered=$(realpath -e -- "$1" 2>/dev/null) || covered=
        case $covered in
          "$under"/*) ;;
          "$tree" | "$tree"/*) covered= ;;
        esac
        [ -d "$covered" ] || covered=
        [ -n "$covered" ] || return 0
        below=$under/$count
        cover=$under/$count-cover
        count=$((count + 1))
        way=
        case $tree/ in
          "${covered%/}"/*) way=${tree#"${covered%/}"/}; way=${way%%/*} ;;
        esac
        # The cover is made beside the folder, because the folder may contain find and mount.
        mkdir -p "$below" "$cover"
        mount --rbind "$covered" "$below"
        mount -t tmpfs -o mode=0755 reconcile "$cover"
        find "$below" -mindepth 1 -maxdepth 1 ! -name "$way" -exec ln -s -t "$cover" -- {} +
        # If the folder contains the tree, the path to the tree must consist of directories.
        if [ -n "$way" ]; then
          mkdir "$cover/$way"
          mount --rbind "${covered%/}/$way" "$cover/$way"
        fi
        if [ "$covered" = / ]; then
          mkdir "$cover/.reconcile-root"
          pivot_root "$cover" "$cover/.reconcile-root"
          cd /
        else
          mount --rbind "$cover" "$covered"
        fi
      }
      hide() { [ -z "$covered" ] || rm -f -- "$covered/$1"; }
      make() { mkdir -p -- "$1"; }
      remove() { rm -rf -- "$1"; }

      while [ "$1" != run ]; do
        case $1 in
          cover | make | remove) verb=$1 ;;
          *) "$verb" "$1" ;;
        esac
        shift
      done
      shift
      tar -x -p -f - -C / --warning=no-timestamp
      printf '%s\\n' 'READY' >&2
      exec "$@"
      """
          .replace("READY", READY);

  /**
   * The result of a command in the namespace.
   *
   * @param ran whether the command ran as it would on the host
   * @param exit its exit status
   * @param text its standard error; if the command did not run, the reason
   * @param printed its standard output
   */
  record Answer(boolean ran, int exit, String text, String printed) {}

  private final Host host;
  private final String tree;
  private final SortedMap<String, SortedSet<String>> covers = new TreeMap<>();
  private final SortedSet<String> folders = new TreeSet<>();

  /**
   * @param host the host that has the directory
   * @param tree the path of the directory to copy
   */
  MountNamespace(Host host, String tree) {
    this.host = host;
    this.tree = tree;
  }

  /** Lets the command write {@code path}; in the namespace the path does not exist at first. */
  void writes(String path) {
    cover(path, covers);
  }

  private static void cover(String path, SortedMap<String, SortedSet<String>> covers) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    covers.computeIfAbsent(parent(path), key -> new TreeSet<>()).add(name);
  }

  /** Makes the directory {@code path} exist in the namespace. */
  void has(String path) throws HostException {
    make(path, covers, folders);
  }

  // The first missing directory of the path is made in a covered one, the others inside of it.
  private void make(
      String path, SortedMap<String, SortedSet<String>> covers, SortedSet<String> folders)
      throws HostException {
    String first = path;
    while (first.lastIndexOf('/') > 0 && host.facts().stat(parent(first)).isEmpty()) {
      first = parent(first);
    }
    if (host.facts().stat(first).isEmpty()) {
      cover(first, covers);
      folders.add(path);
    }
  }

  private static String parent(String path) {
    int slash = path.lastIndexOf('/');
    return slash == 0 ? "/" : path.substring(0, slash);
  }

  /** Runs {@code command} where {@code changes} have been made. */
  Answer run(List<Change> changes, List<String> command) throws HostException {
    SortedMap<String, SortedSet<String>> covered = new TreeMap<>();
    covers.forEach((folder, names) -> covered.put(folder, new TreeSet<>(names)));
    SortedSet<String> made = new TreeSet<>(folders);
    TarArchive archive = new TarArchive();
    List<String> removed = new ArrayList<>();
    for (Change change : changes) {
      cover(Overlay.path(change), covered);
      if (Overlay.after(change).isPresent()) {
        make(parent(Overlay.path(change)), covered, made);
      }
      if (!(change instanceof Change.Create) && !(change instanceof Change.Update)) {
        removed.add(Overlay.path(change));
      }
      Overlay.after(change).ifPresent(after -> archive.add(Overlay.path(change), after.spec()));
    }
    List<String> argv = new ArrayList<>(List.of("unshare", "--mount", "sh", "-c", SCRIPT, "sh"));
    argv.addAll(List.of(tree, "cover"));
    covered.forEach((folder, names) -> {
      argv.add(folder);
      names.forEach(name -> argv.add("./" + name));
    });
    argv.add("make");
    argv.addAll(made);
    argv.add("remove");
    argv.addAll(removed);
    argv.add("run");
    argv.addAll(command);
    Command whole = Command.of(argv.toArray(String[]::new));
    try {
      return answer(host.run(whole.within(LIMIT).reading(archive.content())));
    } catch (HostException e) {
      // the exception's message contains the whole script
      return new Answer(
          false,
          -1,
          "unshare failed to start or did not end within %d s".formatted(LIMIT.toSeconds()),
          "");
    }
  }

  private static Answer answer(CommandRunner.Result result) {
    int ready = result.err().indexOf(READY);
    if (ready < 0) {
      return new Answer(false, result.exit(), result.tail(3), "");
    }
    String text = result.err().substring(ready + READY.length()).strip();
    return new Answer(!text.contains(READ_ONLY), result.exit(), text, result.out());
  }
}
