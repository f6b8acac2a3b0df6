// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.source;

import dev.reconcile.source.SourceException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An export of one folder of a commit to the disk. It creates every directory and every file, so it
 * never follows or overwrites an existing one. Only the owner may have write access to the target
 * directory.
 */
final class TreeExport implements TreeWalk.Visitor {
  private static final Set<PosixFilePermission> RWXR_XR_X =
      PosixFilePermissions.fromString("rwxr-xr-x");
  private static final Set<PosixFilePermission> RW_R__R__ =
      PosixFilePermissions.fromString("rw-r--r--");

  private final FileContents objects;
  private final LargeFiles contents;
  private final String folder;
  private final Path directory;
  private final List<Path> files = new ArrayList<>();
  private final List<Path> folders = new ArrayList<>();

  /**
   * @param contents the contents of files that Git LFS stores
   * @param folder a folder of the commit; empty for the whole commit
   * @param directory an empty directory to write to
   */
  TreeExport(FileContents objects, LargeFiles contents, String folder, Path directory) {
    this.objects = objects;
    this.contents = contents;
    this.folder = folder;
    this.directory = directory;
  }

  /**
   * Writes all files, then flushes all of them to the disk. Flushing after the last write is much
   * faster than after each one. A checkout must be complete on the disk before it is activated.
   */
  void write(String treeId, LfsAttributes attributes) throws SourceException {
    try {
      requireEmpty(directory);
      folders.add(directory);
      setMode(directory, RWXR_XR_X);
      new TreeWalk(objects, this).walk(folder, treeId, attributes);
      for (Path file : files) {
        Folders.sync(file);
      }
      for (Path path : folders.reversed()) {
        Folders.sync(path);
      }
    } catch (IOException e) {
      throw SourceException.storage("Cannot write a commit's files", directory, e);
    }
  }

  private Path place(String path) {
    return directory.resolve(folder.isEmpty() ? path : path.substring(folder.length() + 1));
  }

  @Override
  public void folder(String path) throws IOException {
    Path place = place(path);
    Files.createDirectory(place);
    setMode(place, RWXR_XR_X);
    folders.add(place);
  }

  @Override
  public void file(String path, Entry entry) throws SourceException, IOException {
    Path place = place(path);
    Files.createFile(place); // fails if the path exists
    try {
      objects.copy(entry.id(), () -> open(place));
    } catch (SourceException e) {
      throw e.reason() == Reason.TOO_LARGE ? tooLarge(path, e) : e;
    }
    finish(place, entry);
  }

  private static OutputStream open(Path place) throws IOException {
    return Channels.newOutputStream(
        FileChannel.open(
            place,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING,
            LinkOption.NOFOLLOW_LINKS));
  }

  private void finish(Path place, Entry entry) throws IOException {
    setMode(place, entry.type() == Entry.Type.EXECUTABLE ? RWXR_XR_X : RW_R__R__);
    files.add(place);
  }

  // The fetched content is untrusted: its size and digest must match the commit's pointer.
  @Override
  public void large(LfsFile file, Entry entry) throws SourceException, IOException {
    Path place = place(file.path());
    Files.createFile(place);
    MessageDigest digest = sha256();
    long size = 0;
    if (file.size() > 0) {
      try (InputStream in = Files.newInputStream(regular(file), LinkOption.NOFOLLOW_LINKS);
          OutputStream out = new DigestOutputStream(open(place), digest)) {
        byte[] buffer = new byte[1 << 16];
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
          size += count;
          if (size > file.size()) {
            throw wrongContent(file);
          }
          out.write(buffer, 0, count);
        }
      }
    }
    if (size != file.size() || !HexFormat.of().formatHex(digest.digest()).equals(file.oid())) {
      throw wrongContent(file);
    }
    finish(place, entry);
  }

  // opening a named pipe would block
  private Path regular(LfsFile file) throws SourceException {
    Path content = contents.of(file);
    if (!Files.isRegularFile(content, LinkOption.NOFOLLOW_LINKS)) {
      throw wrongContent(file);
    }
    return content;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  @Override
  public void link(String path, String to) throws IOException {
    Files.createSymbolicLink(place(path), Path.of(to));
  }

  @Override
  public void refused(SourceException why) throws SourceException {
    throw why;
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

  /** Sets the mode regardless of the umask. */
  private static void setMode(Path path, Set<PosixFilePermission> mode) throws IOException {
    @Nullable PosixFileAttributeView view =
        Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    if (view != null) {
      view.setPermissions(mode);
    }
  }

  private static SourceException wrongContent(LfsFile file) {
    return new SourceException(
            Reason.CORRUPT,
            "Mismatched Git LFS object",
            """
            %s should have %s bytes and the SHA-256 %s; the fetched content does not. \
            Push it again.\
            """
                .formatted(PrintableText.line(file.path()), file.size(), file.oid()))
        .suggesting("git lfs push --all origin");
  }

  private static SourceException tooLarge(String path, SourceException cause) {
    return new SourceException(
        Reason.TOO_LARGE,
        "File too large",
        PrintableText.line(path) + " does not fit into memory. Keep it out of git, or in Git LFS.",
        cause);
  }
}
