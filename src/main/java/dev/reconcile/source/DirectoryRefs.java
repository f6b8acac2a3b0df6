// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.source;

import dev.reconcile.source.SourceException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The refs in a repository's files: one file for each ref, and {@code packed-refs} for the older
 * ones. Repositories with a reftable are not supported here.
 */
record DirectoryRefs(GitDirectory git) implements Refs {
  private static final int MOST_SYMBOLIC_STEPS = 5; // git's own limit
  private static final Pattern ID = Pattern.compile("[0-9a-f]{40}");
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
  private static final Pattern UNUSABLE =
      Pattern.compile("(^|/)(\\.|/|$)|\\.\\.|@\\{|\\.lock(/|$)|[\\x00-\\x20\\x7f~^:?*\\[\\\\]");

  /**
   * Tells whether a ref name may be used as a path: it holds no {@code ..} and nothing else that
   * git refuses.
   */
  static boolean isName(String name) {
    return !UNUSABLE.matcher(name).find();
  }

  @Override
  public Optional<String> id(String name) throws SourceException {
    String next = name;
    for (int step = 0; step <= MOST_SYMBOLIC_STEPS; step++) {
      if (!isName(next)) {
        return Optional.empty();
      }
      Optional<String> content = content(next);
      if (content.isEmpty() || !content.get().startsWith("ref:")) {
        return content.isPresent() ? Optional.of(checked(content.get())) : packed(next, false);
      }
      next = content.get().substring("ref:".length()).strip();
    }
    return Optional.empty();
  }

  @Override
  public Optional<String> peeled(String name) throws SourceException {
    return isName(name) && content(name).isEmpty() ? packed(name, true) : Optional.empty();
  }

  @Override
  public SortedSet<String> names() throws SourceException {
    SortedSet<String> names = new TreeSet<>();
    try (Stream<Path> files = Files.walk(git.common().resolve("refs"))) {
      files
          .filter(Files::isRegularFile)
          .map(file -> git.common().relativize(file).toString())
          .filter(DirectoryRefs::isName)
          .forEach(names::add);
    } catch (IOException e) {
      throw SourceException.storage("Unreadable git refs", git.common(), e);
    }
    packedLines()
        .filter(line -> line.indexOf(' ') == 40)
        .forEach(line -> names.add(line.substring(41)));
    return names;
  }

  /**
   * Reads a ref's file. A linked worktree has its own HEAD; branches and tags belong to the main
   * repository.
   */
  private Optional<String> content(String name) throws SourceException {
    Path file = (name.startsWith("refs/") ? git.common() : git.own()).resolve(name);
    try {
      return Optional.of(Files.readString(file).strip());
    } catch (NoSuchFileException | NotDirectoryException e) {
      return Optional.empty();
    } catch (IOException e) {
      if (Files.isDirectory(file)) {
        return Optional.empty();
      }
      throw SourceException.storage("Unreadable git refs", file, e);
    }
  }

  /**
   * Finds a ref in {@code packed-refs}. The line of an annotated tag may be followed by a line with
   * {@code ^} and the id that the tag finally points to.
   */
  private Optional<String> packed(String name, boolean peeled) throws SourceException {
    var lines = packedLines().iterator();
    while (lines.hasNext()) {
      String line = lines.next();
      if (line.indexOf(' ') == 40
          && line.startsWith(name, 41)
          && line.length() == 41 + name.length()) {
        String id = line.substring(0, 40);
        if (!peeled) {
          return Optional.of(checked(id));
        }
        String after = lines.hasNext() ? lines.next() : "";
        return after.startsWith("^") ? Optional.of(checked(after.substring(1))) : Optional.empty();
      }
    }
    return Optional.empty();
  }

  private Stream<String> packedLines() throws SourceException {
    Path file = git.common().resolve("packed-refs");
    try {
      return Files.readString(file).lines();
    } catch (NoSuchFileException e) {
      return Stream.empty();
    } catch (IOException e) {
      throw SourceException.storage("Unreadable git refs", file, e);
    }
  }

  private String checked(String id) throws SourceException {
    if (ID.matcher(id).matches()) {
      return id;
    }
    throw SHA256.matcher(id).matches()
        ? new SourceException(
                Reason.NOT_A_REPO,
                "Repository with SHA-256 object names",
                """
                %s uses git's SHA-256 format, which is not supported. Make a repository with the \
                format SHA-1.\
                """
                    .formatted(git.common()))
            .suggesting("git init --object-format=sha1")
        : SourceException.corrupt("A ref in " + git.common() + " holds no object id.");
  }
}
