package dev.reconcile.source;

import dev.reconcile.source.SourceException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Writes one folder of a commit to the disk. Every directory is made here, and every file newly, so
 * nothing that somebody put there beforehand is followed or overwritten; the directory given must
 * be one that only its owner can write to.
 */
final class TreeExport {
  private static final int MOST_BYTES = Integer.MAX_VALUE - 8; // the longest array
  private static final int LONGEST_LINK = 4096;
  private static final Set<PosixFilePermission> RWXR_XR_X =
      PosixFilePermissions.fromString("rwxr-xr-x");
  private static final Set<PosixFilePermission> RW_R__R__ =
      PosixFilePermissions.fromString("rw-r--r--");

  private final Objects objects;
  private final List<Path> files = new ArrayList<>();
  private final List<Path> folders = new ArrayList<>();

  TreeExport(Objects objects) {
    this.objects = objects;
  }

  /**
   * Writes all, then brings all to the disk: waiting for each file once, after the last was
   * written, is far quicker than after each, and a checkout must be whole before it is switched to.
   */
  void write(String folder, String treeId, Path directory) throws SourceException {
    try {
      requireEmpty(directory);
      folder(folder, treeId, directory, 0);
      for (Path file : files) {
        Folders.sync(file);
      }
      for (Path path : folders.reversed()) {
        Folders.sync(path);
      }
    } catch (IOException e) {
      throw SourceException.storage("Cannot write to " + directory, e);
    }
  }

  private void folder(String path, String treeId, Path directory, int depth)
      throws SourceException, IOException {
    folders.add(directory);
    setMode(directory, RWXR_XR_X);
    for (Entry entry : TreeParser.parse(path, objects.readOnce(treeId, MOST_BYTES)).values()) {
      String name = path.isEmpty() ? entry.name() : path + "/" + entry.name();
      Path target = child(directory, name, entry.name());
      switch (entry.type()) {
        case FOLDER -> {
          Files.createDirectory(target);
          folder(name, entry.id(), target, depth + 1);
        }
        case FILE -> file(target, entry, RW_R__R__);
        case EXECUTABLE -> file(target, entry, RWXR_XR_X);
        case SYMLINK -> link(target, name, entry, depth);
        case SUBMODULE -> throw submodule(name);
      }
    }
  }

  private void file(Path target, Entry entry, Set<PosixFilePermission> mode)
      throws SourceException, IOException {
    ByteBuffer content = ByteBuffer.wrap(objects.readOnce(entry.id(), MOST_BYTES).content());
    try (FileChannel channel =
        FileChannel.open(
            target,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE,
            LinkOption.NOFOLLOW_LINKS)) {
      while (content.hasRemaining()) {
        channel.write(content);
      }
    }
    setMode(target, mode);
    files.add(target);
  }

  private void link(Path target, String name, Entry entry, int depth)
      throws SourceException, IOException {
    String to =
        new String(objects.readOnce(entry.id(), LONGEST_LINK).content(), StandardCharsets.UTF_8);
    if (!staysInside(to, depth)) {
      throw new SourceException(
          Reason.UNSAFE_TREE,
          "Symbolic link that leads outside",
          name
              + " -> "
              + Text.line(to)
              + ": a link must be relative, stay within the folder, and have"
              + " \"..\" at its beginning only.");
    }
    Files.createSymbolicLink(target, child(Path.of(""), name, to));
  }

  /**
   * Steps upwards may only come first: in {@code a/../..} it is unknown what is above {@code a},
   * which may be a link itself.
   */
  private static boolean staysInside(String to, int depth) {
    if (to.isEmpty() || to.startsWith("/") || to.chars().anyMatch(Character::isISOControl)) {
      return false;
    }
    int up = 0;
    boolean down = false;
    for (String part : to.split("/", -1)) {
      if (part.equals("..")) {
        up++;
        if (down) {
          return false;
        }
      } else if (!part.isEmpty() && !part.equals(".")) {
        down = true;
      }
    }
    return up <= depth;
  }

  private static Path child(Path directory, String name, String last) throws SourceException {
    try {
      return directory.resolve(last);
    } catch (InvalidPathException e) {
      if (LocaleNames.hasRefused(e)) {
        throw e;
      }
      throw new SourceException(
          Reason.STORAGE,
          "File name that cannot be written",
          Text.line(name) + ": " + e.getReason() + ".",
          e);
    }
  }

  private static void requireEmpty(Path directory) throws IOException {
    if (!Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException("not a directory: " + directory);
    }
    try (Stream<Path> there = Files.list(directory)) {
      if (there.findAny().isPresent()) {
        throw new IOException("not empty: " + directory);
      }
    }
  }

  /** Whatever the umask is. */
  private static void setMode(Path path, Set<PosixFilePermission> mode) throws IOException {
    @Nullable PosixFileAttributeView view =
        Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    if (view != null) {
      view.setPermissions(mode);
    }
  }

  private static SourceException submodule(String name) {
    return new SourceException(
        Reason.UNSAFE_TREE,
        "Submodule in the repository",
        name
            + " is a git submodule, which is not fetched. Put its files into the repository, or"
            + " deploy the other repository as an app of its own.");
  }
}
