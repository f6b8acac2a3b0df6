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
 * A copy of a live folder under the folder's own name, in a mount namespace (mount_namespaces(7))
 * that only one command sees and that ends with it.
 *
 * <p>The copy lies in memory, mounted over the folder. Folders into which the command writes are
 * covered in the same way by links to what is in them, and all other file systems are read-only in
 * there. So nothing needs to be cleared away, also after a kill.
 */
final class MountNamespace {
  /** Marks where the words of the command begin. */
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

      # "cover /folder ./name ./name": the folder can be written to, and has no such names yet
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
        # the cover is made beside the folder: it may be the one that find and mount are in
        mkdir -p "$below" "$cover"
        mount --rbind "$covered" "$below"
        mount -t tmpfs -o mode=0755 reconcile "$cover"
        find "$below" -mindepth 1 -maxdepth 1 ! -name "$way" -exec ln -s -t "$cover" -- {} +
        # the tree lies in the folder: the way to it stays one of directories
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
   * What a command said on the stage.
   *
   * @param ran whether it could be run as it would be on the host
   * @param exit its exit status
   * @param text its words, on standard error; if it did not run, why
   * @param printed what it printed on standard output
   */
  record Answer(boolean ran, int exit, String text, String printed) {}

  private final Host host;
  private final String tree;
  private final SortedMap<String, SortedSet<String>> covers = new TreeMap<>();
  private final SortedSet<String> folders = new TreeSet<>();

  /**
   * @param host whose folder it is
   * @param tree the folder, a directory
   */
  MountNamespace(Host host, String tree) {
    this.host = host;
    this.tree = tree;
  }

  /** Lets the command write {@code path}, which it will find missing. */
  void writes(String path) {
    cover(path, covers);
  }

  private static void cover(String path, SortedMap<String, SortedSet<String>> covers) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    covers.computeIfAbsent(parent(path), key -> new TreeSet<>()).add(name);
  }

  /** Lets the command find the folder at {@code path}. */
  void has(String path) throws HostException {
    make(path, covers, folders);
  }

  // the first folder of the path that is missing is made in a covered one, and the others in it
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

  /** What {@code command} says where {@code changes} are made. */
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
      // its words have the whole script in them
      return new Answer(
          false, -1, "unshare did not start, or not end within " + LIMIT.toSeconds() + " s", "");
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
