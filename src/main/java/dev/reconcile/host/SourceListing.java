// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * A listing of an app's code in an unmanaged directory: each file with its size and modification
 * time. No file is opened, and no link is followed.
 *
 * <p>Files that an app writes at run time are ignored, or each run would find a change. These are
 * hidden files, caches, virtualenvs, databases, logs, upload directories, and files of the app's
 * user in a directory of another user.
 */
final class SourceListing extends SimpleFileVisitor<Path> {
  /** Far more than a project has; a walk over this many files takes about a second. */
  static final int MOST_FILES = 50_000;

  private static final Pattern WRITTEN =
      Pattern.compile(
          "\\..*|__pycache__|node_modules|.*\\.(pyc|egg-info|sqlite.*|db|log|pid|sock)");
  private static final Set<String> DATA = Set.of("instance", "media", "uploads");
  private static final int BYTES = 10;

  private final Path root;
  private final int owner;
  private final boolean ownsAll;
  private final List<String> lines = new ArrayList<>();
  private final List<String> paths = new ArrayList<>();
  private long newestNanos = Long.MIN_VALUE;

  private SourceListing(Path root, int owner) throws IOException {
    this.root = root;
    this.owner = owner;
    this.ownsAll = uid(Files.readAttributes(root, "unix:uid", LinkOption.NOFOLLOW_LINKS)) == owner;
  }

  /**
   * A listing and the time of its newest change.
   *
   * @param listing the listed files
   * @param newestNanos the newest modification time, in nanoseconds since 1970
   */
  record Found(TreeListing listing, long newestNanos) {
    /** Returns a short form of the digest. */
    long mark() {
      return HexFormat.fromHexDigitsToLong(listing.digest(), 0, 15) + 1;
    }
  }

  /**
   * Lists a directory.
   *
   * @param directory the directory, or a link to it
   * @param owner the id of the app's user
   */
  static Found of(Path directory, int owner) throws IOException, HostException {
    SourceListing listing = new SourceListing(directory.toRealPath(), owner);
    Files.walkFileTree(listing.root, listing);
    if (listing.lines.size() > MOST_FILES) {
      throw new HostException(
          HostFailure.TOO_LARGE, directory + " holds more than " + MOST_FILES + " files.");
    }
    listing.lines.sort(null);
    listing.paths.sort(null);
    String text = listing.root + "\n" + String.join("\n", listing.lines);
    try {
      byte[] sha =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      String digest = HexFormat.of().formatHex(sha, 0, BYTES);
      return new Found(new TreeListing(digest, listing.paths), listing.newestNanos);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static int uid(Map<String, Object> attributes) {
    return (Integer) attributes.getOrDefault("uid", -1);
  }

  @Override
  public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
    if (directory.equals(root)) {
      return FileVisitResult.CONTINUE;
    }
    String name = String.valueOf(directory.getFileName());
    boolean data =
        root.equals(directory.getParent())
            && DATA.contains(name)
            && !Files.exists(directory.resolve("__init__.py"), LinkOption.NOFOLLOW_LINKS);
    boolean virtualenv = Files.exists(directory.resolve("pyvenv.cfg"), LinkOption.NOFOLLOW_LINKS);
    return data || virtualenv || WRITTEN.matcher(name).matches()
        ? FileVisitResult.SKIP_SUBTREE
        : FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
    boolean counts = attributes.isRegularFile() || attributes.isSymbolicLink();
    if (!counts || WRITTEN.matcher(String.valueOf(file.getFileName())).matches()) {
      return FileVisitResult.CONTINUE;
    }
    Map<String, Object> more =
        Files.readAttributes(file, "unix:mode,uid", LinkOption.NOFOLLOW_LINKS);
    if (!ownsAll && uid(more) == owner) {
      return FileVisitResult.CONTINUE;
    }
    FileTime time = attributes.lastModifiedTime();
    newestNanos = Math.max(newestNanos, time.to(TimeUnit.NANOSECONDS));
    String path = root.relativize(file).toString();
    paths.add(path);
    lines.add(
        String.join(
            "\0",
            path,
            String.valueOf(attributes.size()),
            time.toString(),
            String.valueOf((Integer) more.getOrDefault("mode", 0) & 0100),
            attributes.isSymbolicLink() ? Files.readSymbolicLink(file).toString() : ""));
    return lines.size() > MOST_FILES ? FileVisitResult.TERMINATE : FileVisitResult.CONTINUE;
  }

  // pip cannot read what the run cannot read, either
  @Override
  public FileVisitResult visitFileFailed(Path file, IOException e) {
    return FileVisitResult.CONTINUE;
  }
}
