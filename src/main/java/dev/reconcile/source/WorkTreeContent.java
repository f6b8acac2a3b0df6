// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.source;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jgit.attributes.Attributes;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.dircache.DirCacheEntry;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.jspecify.annotations.Nullable;

/**
 * The comparison of files in a working copy with a commit. A file is read only if its size or its
 * time differs from the index.
 *
 * <p>Invariant: no link is followed, and no filter program is run. A file that only such a program
 * could compare counts as the same while its size and time are those in the index.
 */
final class WorkTreeContent {
  // Line ends are compared in memory. A longer file is not a text that a person edits.
  private static final long MOST_TEXT = 16 << 20;
  private static final String KEYWORD = "\\$Id:[^$\\n]*\\$";

  private final Repository jgit;
  private final Path root;
  private final DirCache index;
  private final Instant indexed;
  private final Map<Path, Boolean> folders = new HashMap<>();

  /** The result of a comparison. */
  sealed interface Comparison {}

  /** A file with the content of the commit. */
  record Same() implements Comparison {}

  /**
   * A file with another content.
   *
   * @param id git's id of the content, if it could be determined
   */
  record Other(Optional<String> id) implements Comparison {}

  /** A path without a file or a link. */
  record Missing() implements Comparison {}

  WorkTreeContent(Repository jgit, Path root, DirCache index) {
    this.jgit = jgit;
    this.root = root;
    this.index = index;
    this.indexed = indexed(jgit);
  }

  // Returns the time at which git wrote the index: a file that changed in that moment may have the
  // size and time of the index nevertheless.
  private static Instant indexed(Repository jgit) {
    try {
      return Files.getLastModifiedTime(jgit.getIndexFile().toPath()).toInstant();
    } catch (IOException e) {
      return Instant.MIN;
    }
  }

  /**
   * Compares a file.
   *
   * @param path the path, relative to the root
   * @param committed the id of the content in the commit
   * @param walk the walk of the commit, at the path: it has the mode and the attributes
   */
  Comparison compare(String path, ObjectId committed, TreeWalk walk) throws IOException {
    Path file = root.resolve(path);
    if (!isInFolders(file.getParent())) {
      return new Missing();
    }
    BasicFileAttributes found;
    try {
      found = Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException e) {
      return new Missing();
    }
    if (found.isSymbolicLink()) {
      String id = id(Files.readSymbolicLink(file).toString().getBytes(StandardCharsets.UTF_8));
      boolean isSame = FileMode.SYMLINK.equals(walk.getRawMode(0)) && id.equals(committed.name());
      return isSame ? new Same() : new Other(Optional.of(id));
    }
    if (!found.isRegularFile()) {
      return new Missing();
    }
    DirCacheEntry entry = index.getEntry(path);
    boolean isNoted =
        entry != null
            && entry.getStage() == 0
            && entry.getObjectId().equals(committed)
            && isNoted(entry, found);
    if (isNoted
        && found.lastModifiedTime().toInstant().getEpochSecond() < indexed.getEpochSecond()) {
      return new Same();
    }
    return read(file, found.size(), committed, isNoted && isFiltered(walk.getAttributes()));
  }

  private boolean isInFolders(@Nullable Path folder) {
    if (folder == null || folder.equals(root)) {
      return true;
    }
    Boolean known = folders.get(folder);
    if (known == null) {
      known =
          isInFolders(folder.getParent()) && Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS);
      folders.put(folder, known);
    }
    return known;
  }

  private static boolean isNoted(DirCacheEntry entry, BasicFileAttributes found) {
    return Integer.toUnsignedLong(entry.getLength()) == (found.size() & 0xFFFFFFFFL)
        && entry.getLastModifiedInstant().getEpochSecond()
            == found.lastModifiedTime().toInstant().getEpochSecond();
  }

  private static boolean isFiltered(Attributes attributes) {
    return attributes.isCustom("filter") || attributes.isCustom("working-tree-encoding");
  }

  private Comparison read(Path file, long size, ObjectId committed, boolean isAsFiltered)
      throws IOException {
    String id;
    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      id = new ObjectInserter.Formatter().idFor(Constants.OBJ_BLOB, size, in).name();
    } catch (IOException e) {
      return new Other(Optional.empty()); // another process writes or removes the file
    }
    boolean isSame =
        id.equals(committed.name()) || isAsFiltered || isSameInPlain(file, size, committed);
    return isSame ? new Same() : new Other(Optional.of(id));
  }

  private boolean isSameInPlain(Path file, long size, ObjectId committed) throws IOException {
    ObjectLoader blob;
    try {
      blob = jgit.open(committed, Constants.OBJ_BLOB);
    } catch (MissingObjectException e) {
      return false; // the repository is a partial clone
    }
    Optional<LfsPointer> pointer =
        blob.getSize() > LfsPointer.MOST_BYTES
            ? Optional.empty()
            : LfsPointer.parse(blob.getCachedBytes());
    if (pointer.isPresent()) {
      return pointer.get().size() == size && pointer.get().oid().equals(sha256(file));
    }
    return size <= MOST_TEXT
        && blob.getSize() <= MOST_TEXT
        && Arrays.equals(
            plain(Files.readAllBytes(file)), plain(blob.getCachedBytes((int) MOST_TEXT)));
  }

  // Returns the content without carriage returns before line feeds, and with $Id$ keywords as a
  // commit has them.
  private static byte[] plain(byte[] content) {
    ByteArrayOutputStream plain = new ByteArrayOutputStream(content.length);
    for (int i = 0; i < content.length; i++) {
      if (content[i] != '\r' || i + 1 == content.length || content[i + 1] != '\n') {
        plain.write(content[i]);
      }
    }
    return plain
        .toString(StandardCharsets.ISO_8859_1)
        .replaceAll(KEYWORD, "\\$Id\\$")
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String id(byte[] content) {
    return new ObjectInserter.Formatter().idFor(Constants.OBJ_BLOB, content).name();
  }

  private static String sha256(Path file) throws IOException {
    try (DigestInputStream in =
        new DigestInputStream(
            Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS),
            MessageDigest.getInstance("SHA-256"))) {
      in.transferTo(OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(in.getMessageDigest().digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IOException(e);
    }
  }
}
