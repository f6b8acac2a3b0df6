// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.source;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;

/**
 * Git's storage of one file for each object, which is read without JGit. A damaged file counts as
 * absent. As in git, zlib's checksum detects damage: recomputing each object's name would cost a
 * short run more than reading all its files.
 *
 * @param directory the repository's {@code objects} directory
 */
record LooseObjects(Path directory) {
  private static final int LONGEST_HEADER = 32;
  private static final int LONGEST_ARRAY = Integer.MAX_VALUE - 8;

  /** An object's header. */
  private record Header(GitObject.Type type, long size) {}

  /** Returns the object; empty when it is absent, damaged or larger than {@code maxBytes}. */
  Optional<GitObject> read(String id, long maxBytes) {
    try (InputStream in = new InflaterInputStream(Files.newInputStream(path(id)))) {
      Header header = header(in);
      if (header.size > Math.min(maxBytes, LONGEST_ARRAY)) {
        return Optional.empty();
      }
      byte[] content = in.readNBytes((int) header.size);
      boolean whole = content.length == header.size && in.read() < 0;
      return whole ? Optional.of(new GitObject(id, header.type, content)) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Returns the object's size from its header, without reading the rest. */
  Optional<Long> size(String id) {
    try (InputStream in = new InflaterInputStream(Files.newInputStream(path(id)))) {
      return Optional.of(header(in).size);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * Copies an object's content and verifies it to the last byte.
   *
   * @return false when the object is absent or damaged; then the target may hold a part of it
   * @throws IOException if the target cannot be written
   */
  boolean copy(String id, OutputStream to) throws IOException {
    try (InputStream in = new InflaterInputStream(Files.newInputStream(path(id)))) {
      byte[] buffer = new byte[1 << 16];
      long left = header(in).size;
      int count = in.read(buffer);
      while (count >= 0 && left >= count) {
        left -= count;
        write(to, buffer, count);
        count = in.read(buffer);
      }
      return count < 0 && left == 0;
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } catch (IOException e) {
      return false;
    }
  }

  // An unchecked exception distinguishes a failed write from a failed read, which is damage.
  private static void write(OutputStream to, byte[] buffer, int count) {
    try {
      to.write(buffer, 0, count);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Adds the object atomically, even if the process is killed; an existing one is replaced. */
  void write(GitObject object) throws IOException {
    Path path = path(object.id());
    Path folder = directory.resolve(object.id().substring(0, 2));
    Files.createDirectories(folder);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (var out = new DeflaterOutputStream(bytes)) {
      out.write(headerBytes(object.type(), object.content().length));
      out.write(object.content());
    }
    // the name is fixed, so that the next run removes what a killed run left
    Path temporary = directory.resolve("incoming_" + object.id() + ".loose");
    Files.deleteIfExists(temporary);
    try {
      Files.write(temporary, bytes.toByteArray(), StandardOpenOption.CREATE_NEW);
      Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("r--r--r--"));
      Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException | NoSuchFileException e) {
      throw new IOException("cannot write " + path, e);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private Path path(String id) {
    return directory.resolve(id.substring(0, 2)).resolve(id.substring(2));
  }

  private static Header header(InputStream in) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int next = in.read(); next != 0; next = in.read()) {
      if (next < 0 || bytes.size() == LONGEST_HEADER) {
        throw new IOException("not a git object");
      }
      bytes.write(next);
    }
    String[] words = bytes.toString(StandardCharsets.US_ASCII).split(" ", -1);
    try {
      long size = Long.parseLong(words[words.length - 1]);
      if (words.length == 2 && size >= 0) {
        return new Header(GitObject.Type.valueOf(words[0].toUpperCase(Locale.ROOT)), size);
      }
    } catch (IllegalArgumentException e) {
      throw new IOException("not a git object", e);
    }
    throw new IOException("not a git object");
  }

  private static byte[] headerBytes(GitObject.Type type, int size) {
    String text = type.name().toLowerCase(Locale.ROOT) + " " + size + "\0";
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
