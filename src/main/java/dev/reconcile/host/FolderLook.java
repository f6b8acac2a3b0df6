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
 * A look through a folder: names, owners, sizes and times.
 *
 * <p>Invariant: no file is opened, no link is followed, and it ends in bounded time.
 */
public final class FolderLook {
  private static final String ATTRIBUTES = "unix:mode,uid,gid,size,dev,lastModifiedTime";
  private static final int DEEPEST = 100;

  /**
   * Something in the folder.
   *
   * @param path from the folder, separated by {@code /}
   * @param name the last part of it
   * @param stat what lstat(2) says
   * @param modified when its content last changed, in seconds since 1970
   * @param mounted whether another file system begins here
   */
  public record Item(String path, String name, Stat stat, long modified, boolean mounted) {}

  /** Told of each thing, in the order of names, a folder before what it holds. */
  public interface Visitor {
    /**
     * Something is there.
     *
     * @return of a folder: whether to look into it
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
   * Looks.
   *
   * @param folder a directory
   * @param most how many things are looked at
   * @param limit how long it takes at most
   * @return whether all of it was seen
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
        complete &= e instanceof NoSuchFileException; // which has just gone
      }
    }
  }

  // No more than may be looked at: a folder of a million names is not read to its end.
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
