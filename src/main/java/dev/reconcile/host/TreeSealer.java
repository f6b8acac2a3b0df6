// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Set;

/**
 * The copy of an untrusted program's tree into a tree of root. It has the content of regular files
 * with their executable bit and time, directories, and links that stay inside. Owners, other mode
 * bits, hard links, extended attributes and access lists are not copied.
 *
 * <p>A process may still have the untrusted tree open. So the sealer changes the owner of each
 * directory before it reads the names: from then on only root can replace an entry, even through a
 * descriptor that was opened before. A file that is written meanwhile is copied with its current
 * content into a file that no other process has ever had open.
 */
final class TreeSealer {
  private static final int DEEPEST = 100; // package managers nest less; a level is an open file
  private static final int LONGEST_LINK = 4096;
  private static final Set<PosixFilePermission> ROOTS_ALONE =
      PosixFilePermissions.fromString("rwx------");
  private static final Set<PosixFilePermission> PLAIN =
      PosixFilePermissions.fromString("rw-r--r--");
  private static final Set<PosixFilePermission> EXECUTABLE =
      PosixFilePermissions.fromString("rwxr-xr-x");

  private final SealPolicy seal;
  private final UserPrincipal foreignOwner;
  private final UserPrincipal self;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 17);
  private long bytes;
  private int files;

  /**
   * Copies a tree and flushes it to disk.
   *
   * @param from a directory whose own name only the sealer can change
   * @param to the path of the copy, which does not exist yet; after an error the copy is incomplete
   * @throws HostException if the tree has an entry that is not accepted, or the disk is full
   */
  static void seal(Path from, Path to, SealPolicy seal, CommandRunner commands)
      throws HostException {
    try {
      UserPrincipal foreignOwner =
          from.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(seal.user());
      new TreeSealer(seal, foreignOwner, Files.getOwner(to.resolveSibling(""))).copy(from, to);
    } catch (DirectoryIteratorException e) {
      throw IoFailure.of("copy what was built to", to, new IOException(e.getMessage(), e));
    } catch (IOException e) {
      throw IoFailure.of("copy what was built to", to, e);
    }
    // one sync for the file system, because thousands of single ones would take far longer
    CommandRunner.Result synced = commands.run(Command.of("sync", "--file-system", to.toString()));
    if (!synced.ok()) {
      throw new HostException(synced, "Cannot write " + to + " to the disk: " + synced.tail(1));
    }
  }

  /**
   * @param seal the policy for accepted entries
   * @param foreignOwner the owner of the untrusted tree
   * @param self the owner of the copy
   */
  private TreeSealer(SealPolicy seal, UserPrincipal foreignOwner, UserPrincipal self) {
    this.seal = seal;
    this.foreignOwner = foreignOwner;
    this.self = self;
  }

  private void copy(Path from, Path to) throws IOException, HostException {
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(from)) {
      if (!(stream instanceof SecureDirectoryStream<Path> tree)) {
        throw new HostException(
            HostFailure.UNSUPPORTED_HOST, "The file system of " + from + " cannot be sealed.");
      }
      folder(tree, from.getFileSystem().getPath(""), from, to, 0);
    }
  }

  // path is relative to the tree
  private void folder(SecureDirectoryStream<Path> from, Path path, Path source, Path to, int depth)
      throws IOException, HostException {
    if (depth > DEEPEST) {
      throw new HostException(
          HostFailure.TOO_LARGE, "Its folders are nested more than " + DEEPEST + " deep.");
    }
    takeAway(from);
    Files.createDirectory(to);
    for (Path entry : from) {
      Path name = entry.getFileName();
      Path within = path.resolve(name);
      PosixFileAttributes found =
          from.getFileAttributeView(name, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
              .readAttributes();
      count(within, found);
      if (found.isDirectory()) {
        try (SecureDirectoryStream<Path> child =
            from.newDirectoryStream(name, LinkOption.NOFOLLOW_LINKS)) {
          folder(child, within, source.resolve(name), to.resolve(name), depth + 1);
        }
      } else if (found.isRegularFile()) {
        file(from, name, found, to.resolve(name));
      } else if (found.isSymbolicLink()) {
        Path target = Files.readSymbolicLink(source.resolve(name));
        checkLink(within, target, depth);
        Files.createSymbolicLink(to.resolve(name), target);
      } else {
        throw new HostException(
            HostFailure.UNSUPPORTED_FILE, shown(within) + " is a pipe, a socket or a device.");
      }
    }
    Files.setPosixFilePermissions(to, EXECUTABLE);
  }

  // the owner first, because the owner of a directory can make it accessible again
  private void takeAway(SecureDirectoryStream<Path> folder) throws IOException {
    PosixFileAttributeView view = folder.getFileAttributeView(PosixFileAttributeView.class);
    view.setOwner(self);
    view.setPermissions(ROOTS_ALONE);
  }

  private void count(Path within, PosixFileAttributes found) throws HostException {
    files++;
    if (files > seal.mostFiles()) {
      throw new HostException(
          HostFailure.TOO_LARGE, "It has more than " + seal.mostFiles() + " files.");
    }
    if (!found.owner().equals(foreignOwner)) {
      throw new HostException(
          HostFailure.UNSAFE_PATH,
          shown(within) + " belongs to " + found.owner().getName() + ", not to who built it.");
    }
  }

  private void file(SecureDirectoryStream<Path> from, Path name, PosixFileAttributes found, Path to)
      throws IOException, HostException {
    // a sparse file may be far larger than the disk, so nothing of it is written
    requireSize(bytes + found.size());
    try (SeekableByteChannel in =
            from.newByteChannel(name, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
        FileChannel out =
            FileChannel.open(
                to,
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.WRITE,
                LinkOption.NOFOLLOW_LINKS)) {
      buffer.clear();
      while (in.read(buffer) >= 0) {
        buffer.flip();
        bytes += buffer.remaining();
        requireSize(bytes);
        while (buffer.hasRemaining()) {
          out.write(buffer);
        }
        buffer.clear();
      }
    }
    boolean executable = found.permissions().contains(PosixFilePermission.OWNER_EXECUTE);
    Files.setPosixFilePermissions(to, executable ? EXECUTABLE : PLAIN);
    // compiled Python contains the time of its source
    Files.setLastModifiedTime(to, found.lastModifiedTime());
  }

  private void requireSize(long all) throws HostException {
    if (all > seal.mostBytes()) {
      throw new HostException(
          HostFailure.TOO_LARGE, "It has more than " + seal.mostBytes() + " bytes.");
    }
  }

  // ".." is accepted only at the beginning, because a name before it may be a link itself.
  private void checkLink(Path within, Path target, int depth) throws HostException {
    String to = target.toString();
    String inside =
        seal.homes().stream()
            .filter(home -> to.startsWith(home + "/"))
            .map(home -> to.substring(home.length() + 1))
            .findFirst()
            .orElse(to);
    boolean absolute = inside.startsWith("/");
    boolean fits =
        absolute
            ? seal.programs().contains(to)
            : staysInside(inside, to.equals(inside) ? depth : 0);
    if (!fits || to.length() > LONGEST_LINK) {
      throw new HostException(
          HostFailure.UNSAFE_PATH,
          shown(within) + " is a symbolic link that leads outside: " + shown(target) + ".");
    }
  }

  private static boolean staysInside(String to, int depth) {
    int up = 0;
    boolean down = false;
    for (String name : to.split("/", -1)) {
      if (name.equals("..")) {
        up++;
        if (down) {
          return false;
        }
      } else if (!name.isEmpty() && !name.equals(".")) {
        down = true;
      }
    }
    return up <= depth && !to.isEmpty();
  }

  private static String shown(Path path) {
    return path.toString().replaceAll("\\p{Cntrl}", "?");
  }
}
