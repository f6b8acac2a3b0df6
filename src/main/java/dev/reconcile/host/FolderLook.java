// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A walk of a directory tree that reads names, owners, sizes and times.
 *
 * <p>Invariant: the walk opens no file, follows no link, and ends in bounded time.
 */
public final class FolderLook {
  private static final String ATTRIBUTES = "unix:mode,uid,gid,size,dev,lastModifiedTime";
  private static final int DEEPEST = 100;

  /**
   * An entry of the tree.
   *
   * @param path the path relative to the root of the walk, separated by {@code /}
   * @param name the last component of the path
   * @param stat the result of lstat(2)
   * @param modified the modification time, in seconds since 1970
   * @param mounted whether the entry is the root of another file system
   */
  public record Item(String path, String name, Stat stat, long modified, boolean mounted) {}

  /** A visitor of the entries, in the order of names, a directory before its contents. */
  public interface Visitor {
    /**
     * Visits an entry.
     *
     * @return for a directory, whether to descend into it
     */
    boolean see(Item item);
  }

  private final Visitor visitor;
  private final long end;
  private int left;
  private boolean complete = true;

  private FolderLook(int most, Duration limit, Visitor visitor) {
    this.left = most;
    this.end = System.nanoTime() + limit.toNanos();
    this.visitor = visitor;
  }

  /**
   * Walks a directory tree.
   *
   * @param folder a directory
   * @param most the maximum number of entries to visit
   * @param limit the time limit
   * @return whether all entries were visited
   */
  static boolean through(Path folder, int most, Duration limit, Visitor visitor) {
    FolderLook look = new FolderLook(most, limit, visitor);
    try {
      look.into(folder, "", (Long) Files.getAttribute(folder, "unix:dev"), 0);
    } catch (IOException e) {
      look.complete = false;
    }
    return look.complete;
  }

  private void into(Path folder, String prefix, long device, int depth) {
    for (Path entry : entries(folder)) {
      left--;
      if (left < 0 || depth > DEEPEST || System.nanoTime() > end) {
        complete = false;
        return;
      }
      try {
        Map<String, Object> found =
            Files.readAttributes(entry, ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
        String name = String.valueOf(entry.getFileName());
        Item item = item(prefix + name, name, found, device);
        boolean folderToo = item.stat().type() == Stat.Type.DIRECTORY;
        if (visitor.see(item) && folderToo) {
          into(entry, prefix + name + "/", number(found, "dev"), depth + 1);
        }
      } catch (IOException e) {
        complete &= e instanceof NoSuchFileException; // the entry was just removed
      }
    }
  }

  // Bounded, so that a directory with a million names is not read completely.
  private List<Path> entries(Path folder) {
    List<Path> entries = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
      for (Path entry : stream) {
        entries.add(entry);
        if (entries.size() > left) {
          break;
        }
      }
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      complete = false;
    }
    entries.sort(null);
    return entries;
  }

  private static Item item(String path, String name, Map<String, Object> found, long device) {
    Stat stat =
        Stat.of(
            (int) number(found, "mode"),
            (int) number(found, "uid"),
            (int) number(found, "gid"),
            number(found, "size"));
    long modified =
        found.get("lastModifiedTime") instanceof FileTime time ? time.toMillis() / 1000 : 0;
    return new Item(path, name, stat, modified, number(found, "dev") != device);
  }

  private static long number(Map<String, Object> attributes, String name) {
    return attributes.get(name) instanceof Number number ? number.longValue() : 0;
  }
}
