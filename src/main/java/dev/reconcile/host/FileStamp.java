// SPDX-License-Identifier: Apache-2.0
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
 * The result of lstat(2) with a change stamp. Each change of a file updates its ctime, which no
 * program can set (inode(7)), and a replacement has another inode.
 *
 * @param stat type, mode, owner and size
 * @param device the device number
 * @param inode the inode number on the device
 * @param changedNanos the ctime, which includes changes of owner and mode, in nanoseconds since
 *     1970
 */
record FileStamp(Stat stat, long device, long inode, long changedNanos) {
  private static final String ATTRIBUTES = "unix:mode,uid,gid,size,dev,ino,ctime";

  /** Reads the stamp of a path; empty if the path does not exist. */
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

  /**
   * Returns a mark that is equal as long as the content is equal: the bytes of a file, the names of
   * a directory.
   */
  long ofContent() {
    return mix(mix(ofShape(), stat.size()), changedNanos);
  }

  /**
   * Returns a mark that is equal as long as it is the same file, directory or socket with the same
   * owner and mode.
   */
  long ofShape() {
    long mark = mix(stat.type().name().hashCode(), stat.mode());
    mark = mix(mix(mark, stat.uid()), stat.gid());
    return mix(mix(mark, device), inode);
  }

  // Murmur3's finaliser: every bit of both values affects the result.
  private static long mix(long mark, long next) {
    long mixed = mark * 0x9E3779B97F4A7C15L + next;
    mixed = (mixed ^ (mixed >>> 33)) * 0xFF51AFD7ED558CCDL;
    mixed = (mixed ^ (mixed >>> 33)) * 0xC4CEB9FE1A85EC53L;
    mixed ^= mixed >>> 33;
    return mixed == ObservationLog.NOTHING ? 1 : mixed;
  }
}
