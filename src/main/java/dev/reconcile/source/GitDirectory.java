// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.source;

import dev.reconcile.source.SourceException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The directories of a repository on this machine.
 *
 * @param own holds HEAD; differs from {@code common} only in a linked worktree
 * @param common holds branches, tags and objects
 * @param workTree the directory with the files, empty for a bare repository
 */
record GitDirectory(Path own, Path common, Optional<Path> workTree) {
  /**
   * Finds the repository whose root is a directory.
   *
   * @throws SourceException UNREACHABLE when the directory does not exist, NOT_A_REPO when it is
   *     not a repository's root
   */
  static GitDirectory at(Path directory) throws SourceException {
    if (!Files.isDirectory(directory)) {
      throw new SourceException(
          Reason.UNREACHABLE,
          "No such directory",
          "There is no directory %s. %s"
              .formatted(
                  directory,
                  remote(directory)
                      .map(address -> "For the repository on a server, use a colon: " + address)
                      .orElse("Check the address, and that its disk is mounted.")));
    }
    Path git = directory.resolve(".git");
    if (Files.isRegularFile(git)) {
      return linked(directory, git);
    }
    if (isRepository(git)) {
      return new GitDirectory(git, common(git), Optional.of(directory));
    }
    if (isRepository(directory)) {
      return new GitDirectory(directory, common(directory), Optional.empty());
    }
    throw notARepository(directory);
  }

  // git@example.com/me/server.git, with a slash in the place of the colon
  private static Optional<String> remote(Path directory) {
    for (int i = 0; i < directory.getNameCount() - 1; i++) {
      String name = directory.getName(i).toString();
      if (name.matches("[A-Za-z0-9._-]+@[A-Za-z0-9.-]+")) {
        Path path = directory.subpath(i + 1, directory.getNameCount());
        return Optional.of(name + ":" + path + ".");
      }
    }
    return Optional.empty();
  }

  /** Tells whether the repository is a shallow clone, whose history is cut off. */
  boolean isShallow() {
    return Files.exists(common.resolve("shallow"));
  }

  /**
   * Tells whether the repository is a partial clone, which gets missing objects from its remote on
   * demand (git-clone(1), {@code --filter}).
   */
  boolean isPartial() throws SourceException {
    Path packs = common.resolve("objects/pack");
    if (!Files.isDirectory(packs)) {
      return false;
    }
    try (DirectoryStream<Path> promised = Files.newDirectoryStream(packs, "*.promisor")) {
      return promised.iterator().hasNext();
    } catch (IOException e) {
      throw SourceException.storage("Unreadable git repository", packs, e);
    }
  }

  private static GitDirectory linked(Path directory, Path file) throws SourceException {
    String text = firstLine(file);
    if (text.startsWith("gitdir: ")) {
      Path own = directory.resolve(text.substring("gitdir: ".length())).normalize();
      if (isRepository(own)) {
        return new GitDirectory(own, common(own), Optional.of(directory));
      }
    }
    throw new SourceException(
            Reason.NOT_A_REPO,
            "Broken git worktree",
            file + " does not lead to a repository. Run this command in the main repository.")
        .suggesting("git worktree repair");
  }

  private static boolean isRepository(Path git) {
    return Files.isRegularFile(git.resolve("HEAD"))
        && (Files.isDirectory(git.resolve("objects"))
            || Files.isRegularFile(git.resolve("commondir")));
  }

  private static Path common(Path own) throws SourceException {
    Path pointer = own.resolve("commondir");
    return Files.exists(pointer) ? own.resolve(firstLine(pointer)).normalize() : own;
  }

  private static String firstLine(Path file) throws SourceException {
    try {
      return Files.readString(file, StandardCharsets.UTF_8).lines().findFirst().orElse("");
    } catch (IOException e) {
      throw SourceException.storage("Unreadable git repository", file, e);
    }
  }

  private static SourceException notARepository(Path directory) {
    for (Path up = directory.getParent(); up != null; up = up.getParent()) {
      if (Files.exists(up.resolve(".git"))) {
        return new SourceException(
            Reason.NOT_A_REPO,
            "Not the root of a git repository",
            "%s is a folder of the repository %s. Use --repo %s --path %s."
                .formatted(directory, up, up, up.relativize(directory)));
      }
    }
    return new SourceException(
            Reason.NOT_A_REPO,
            "Not a git repository",
            directory + " is not a git repository. Run this command there to make it one.")
        .suggesting("git init && git add . && git commit -m 'First'");
  }
}
