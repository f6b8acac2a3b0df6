package dev.reconcile.host;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * What lstat(2) says of a path, with what makes it recognisable: any change of a file gives it
 * another time of change, which nobody can set (inode(7), ctime), and what is put in its place is
 * another inode.
 *
 * @param stat the part that people speak of
 * @param device where it lies
 * @param inode its number there
 * @param changedNanos when it last changed, owner and mode included, in nanoseconds since 1970
 */
record FileStamp(Stat stat, long device, long inode, long changedNanos) {
  private static final String ATTRIBUTES = "unix:mode,uid,gid,size,dev,ino,ctime";

  /** Looks; empty when nothing is there. */
  static Optional<FileStamp> of(Path place) throws IOException {
    try {
      Map<String, Object> found =
          Files.readAttributes(place, ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
      return Optional.of(
          new FileStamp(
              Stat.of(
                  (int) number(found, "mode"),
                  (int) number(found, "uid"),
                  (int) number(found, "gid"),
                  number(found, "size")),
              number(found, "dev"),
              number(found, "ino"),
              found.get("ctime") instanceof FileTime time ? time.to(TimeUnit.NANOSECONDS) : 0));
    } catch (NoSuchFileException | NotDirectoryException e) {
      return Optional.empty();
    } catch (FileSystemException e) {
      if ("Not a directory".equals(e.getReason())) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static long number(Map<String, Object> attributes, String name) {
    return attributes.get(name) instanceof Number number ? number.longValue() : 0;
  }

  /** The same while the content is the same: of a file its bytes, of a folder its names. */
  long ofContent() {
    return mix(mix(ofShape(), stat.size()), changedNanos);
  }

  /** The same while it is the same file, folder or socket, with the same owner and mode. */
  long ofShape() {
    long mark = mix(stat.type().name().hashCode(), stat.mode());
    mark = mix(mix(mark, stat.uid()), stat.gid());
    return mix(mix(mark, device), inode);
  }

  // Murmur3's finaliser: every bit of both counts.
  private static long mix(long mark, long next) {
    long mixed = mark * 0x9E3779B97F4A7C15L + next;
    mixed = (mixed ^ (mixed >>> 33)) * 0xFF51AFD7ED558CCDL;
    mixed = (mixed ^ (mixed >>> 33)) * 0xC4CEB9FE1A85EC53L;
    mixed ^= mixed >>> 33;
    return mixed == ObservationLog.NOTHING ? 1 : mixed;
  }
}
