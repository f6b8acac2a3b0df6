// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.source;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.revwalk.RevWalk;

/**
 * A bare repository that reconcile owns. A ref {@code refs/reconcile/ID} pins each commit that was
 * fetched completely. The pin keeps git from pruning the commit, and records that nothing of it has
 * to be fetched or checked again.
 */
record Cache(Store store) implements AutoCloseable {
  private static final int MOST_PACKS = 50;
  private static final String PINS = "refs/reconcile/";
  private static final String CONFIG =
      """
      [core]
      \trepositoryformatversion = 0
      \tbare = true
      [gc]
      \tprunePackExpire = now
      """;

  /** Opens the cache if it is complete; writes nothing. */
  static Optional<Cache> existing(Path directory) {
    return isWhole(directory) ? Optional.of(open(directory, List.of())) : Optional.empty();
  }

  /** Checks for the entries without which git does not recognise a repository. */
  private static boolean isWhole(Path directory) {
    return Files.isRegularFile(directory.resolve("HEAD"))
        && Files.isDirectory(directory.resolve("objects"))
        && Files.isDirectory(directory.resolve("refs"));
  }

  /**
   * Opens the cache and creates its missing parts, readable by the owner only. HEAD is written
   * last, so that the next call completes a partial cache.
   *
   * @param alternates further object directories to read from; they are never written to
   */
  static Cache create(Path directory, List<Path> alternates) throws SourceException {
    try {
      if (!isWhole(directory)) {
        if (!Files.isDirectory(directory)) {
          Files.deleteIfExists(directory); // reconcile makes no plain file here
        }
        Files.createDirectories(
            directory,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.createDirectories(directory.resolve("objects/pack"));
        Files.createDirectories(directory.resolve("objects/info"));
        Files.createDirectories(directory.resolve("refs/heads"));
        Files.createDirectories(directory.resolve(PINS));
        Files.writeString(directory.resolve("config"), CONFIG);
        if (!alternates.isEmpty()) {
          Files.write(
              directory.resolve("objects/info/alternates"),
              alternates.stream().map(Path::toString).toList());
        }
        Files.writeString(directory.resolve("HEAD"), "ref: refs/heads/main\n");
        Folders.sync(directory.resolveSibling(""));
      }
      return open(directory, alternates);
    } catch (IOException e) {
      throw SourceException.storage("Cannot create the git cache", directory, e);
    }
  }

  private static Cache open(Path directory, List<Path> alternates) {
    return new Cache(
        new Store(new GitDirectory(directory, directory, Optional.empty()), alternates));
  }

  /**
   * Tells whether a commit is pinned. A pin file that a power cut has emptied does not count: its
   * commit is fetched again.
   */
  boolean isPinned(String id) {
    try {
      return Files.readString(store.directory().resolve(PINS + id)).strip().equals(id);
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Checks that all pinned commits can be read. A fetch tells the server which commits are here; if
   * one of them cannot be read, the fetch fails with an error that names the connection.
   *
   * @throws SourceException CORRUPT when a pinned commit is missing or damaged
   */
  void check() throws SourceException {
    try (RevWalk walk = new RevWalk(store.jgit())) {
      for (String id : pins()) {
        if (!isPinned(id)) {
          throw new MissingObjectException(ObjectId.fromString(id), Constants.TYPE_COMMIT);
        }
        walk.parseTree(ObjectId.fromString(id));
      }
    } catch (IOException | IllegalArgumentException e) {
      throw SourceException.corrupt(
          store.directory() + ": " + PrintableText.line(String.valueOf(e.getMessage())) + ".");
    }
  }

  /** Returns the ids of all pinned commits. */
  List<String> pins() throws SourceException {
    List<String> ids = new ArrayList<>();
    for (String name : store.refs().names()) {
      if (name.startsWith(PINS)) {
        ids.add(name.substring(PINS.length()));
      }
    }
    return ids;
  }

  /**
   * Pins a commit: flushes all packs to the disk, then records that the commit and all objects that
   * it refers to are here.
   */
  void pin(String id) throws SourceException {
    Path pin = store.directory().resolve(PINS + id);
    try {
      syncPacks();
      Files.createDirectories(pin.getParent());
      Path temporary = Files.createTempFile(store.directory(), "pin", ".lock");
      Files.writeString(temporary, id + "\n");
      Folders.sync(temporary);
      Files.move(temporary, pin, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw SourceException.storage("Cannot write to the git cache", store.directory(), e);
    }
  }

  /**
   * Flushes the packs, which JGit does not do. Otherwise a pin could survive a power cut that its
   * pack does not.
   */
  private void syncPacks() throws IOException {
    Path packs = store.objects().resolve("pack");
    try (Stream<Path> files = Files.list(packs)) {
      for (Path file : files.toList()) {
        Folders.sync(file);
      }
    }
    Folders.sync(packs);
  }

  /**
   * Removes what a killed run left behind: lock files, which would block every later run, and
   * half-received packs. Only one process at a time may write to a cache.
   */
  void removeLeftovers() throws SourceException {
    try (Stream<Path> files = Files.walk(store.directory(), 6)) {
      for (Path file : files.filter(Cache::isLeftover).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | UncheckedIOException e) {
      throw SourceException.storage("Cannot clean the git cache", store.directory(), e);
    }
  }

  /**
   * Repacks all objects into one pack once there are many packs. Each fetch adds a pack, and each
   * read searches all of them. Pinned commits stay.
   */
  void tidy() throws SourceException {
    try (Stream<Path> files = Files.list(store.objects().resolve("pack"))) {
      if (files.filter(file -> file.toString().endsWith(".pack")).count() > MOST_PACKS) {
        new Git(store.jgit()).gc().call();
      }
    } catch (IOException | GitAPIException e) {
      Log.warn("Cannot tidy the git cache {}: {}", store.directory(), e.toString());
    }
  }

  private static boolean isLeftover(Path file) {
    String name = file.getFileName().toString();
    return (name.endsWith(".lock") || name.startsWith("incoming_") || name.startsWith("gc_"))
        && Files.isRegularFile(file);
  }

  @Override
  public void close() {
    store.close();
  }
}
