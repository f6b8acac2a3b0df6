// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.source;

import dev.reconcile.source.SourceException.Reason;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.jgit.errors.LargeObjectException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.jspecify.annotations.Nullable;

/**
 * The objects of one repository on this machine. Loose objects are read directly; JGit is loaded
 * only for packed objects. A store with loose copies of all objects that each run reads does not
 * need JGit.
 */
final class Store implements AutoCloseable {
  private final GitDirectory git;
  private final List<LooseObjects> loose = new ArrayList<>();
  private @Nullable Repository jgit;

  /**
   * Opens an existing repository; writes nothing.
   *
   * @param alternates further object directories that the repository refers to
   */
  Store(GitDirectory git, List<Path> alternates) {
    this.git = git;
    loose.add(new LooseObjects(git.common().resolve("objects")));
    alternates.forEach(path -> loose.add(new LooseObjects(path)));
  }

  GitDirectory git() {
    return git;
  }

  /** Returns the directory that holds the whole store. */
  Path directory() {
    return git.common();
  }

  /** Returns the directory of the objects. */
  Path objects() {
    return git.common().resolve("objects");
  }

  /** Returns the refs. Only a reftable, a format for very many refs, needs JGit. */
  Refs refs() throws SourceException {
    return Files.isDirectory(git.common().resolve("reftable"))
        ? JGitRefs.read(jgit())
        : new DirectoryRefs(git);
  }

  /** Returns JGit's view of the repository; loads JGit at the first call. */
  Repository jgit() throws SourceException {
    Repository open = jgit;
    if (open != null) {
      return open;
    }
    IsolatedSystemReader.install();
    try {
      open = new FileRepositoryBuilder().setGitDir(git.own().toFile()).setMustExist(true).build();
    } catch (IOException | IllegalArgumentException e) {
      throw new SourceException(
          Reason.NOT_A_REPO,
          "Unusable git repository",
          git.own() + " cannot be opened: " + PrintableText.line(String.valueOf(e.getMessage())),
          e);
    }
    jgit = open;
    return open;
  }

  /**
   * Returns an object.
   *
   * @throws SourceException CORRUPT when the object is missing or damaged, TOO_LARGE when it has
   *     more than maxBytes, in which case it was not loaded
   */
  GitObject read(String id, long maxBytes) throws SourceException {
    Optional<GitObject> found = readLoose(id, maxBytes);
    if (found.isPresent()) {
      return found.get();
    }
    Optional<Long> size = looseSize(id);
    if (size.isPresent() && size.get() > maxBytes) {
      throw tooLarge(id, size.get(), maxBytes);
    }
    return readAny(id, maxBytes);
  }

  /**
   * Copies a file's content.
   *
   * @throws SourceException CORRUPT when the content is missing or damaged, TOO_LARGE when its
   *     packed form has to be held in memory as a whole and does not fit; then the target may hold
   *     a part
   * @throws IOException if the target cannot be written
   */
  void copy(String id, FileContents.Target to) throws SourceException, IOException {
    for (LooseObjects place : loose) {
      if (place.size(id).isPresent()) {
        try (OutputStream out = to.open()) {
          if (place.copy(id, out)) {
            return;
          }
        }
      }
    }
    try (ObjectReader reader = jgit().newObjectReader();
        OutputStream out = to.open()) {
      reader.open(ObjectId.fromString(id), Constants.OBJ_BLOB).copyTo(new UncheckedWrites(out));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } catch (LargeObjectException e) {
      throw new SourceException(Reason.TOO_LARGE, "File too large", "Git object " + id + ".", e);
    } catch (IOException e) {
      throw damaged(id, e);
    }
  }

  /**
   * A stream that makes failed writes unchecked, so that they differ from failed reads, which are
   * damage.
   */
  private static final class UncheckedWrites extends OutputStream {
    private final OutputStream to;

    UncheckedWrites(OutputStream to) {
      this.to = to;
    }

    @Override
    public void write(int value) {
      write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int count) {
      try {
        to.write(bytes, from, count);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  Optional<GitObject> readLoose(String id, long maxBytes) {
    return loose.stream().flatMap(place -> place.read(id, maxBytes).stream()).findFirst();
  }

  /** Returns a file's size without loading the file. */
  long size(String id) throws SourceException {
    Optional<Long> size = looseSize(id);
    if (size.isPresent()) {
      return size.get();
    }
    try (ObjectReader reader = jgit().newObjectReader()) {
      return reader.getObjectSize(ObjectId.fromString(id), Constants.OBJ_BLOB);
    } catch (IOException e) {
      throw damaged(id, e);
    }
  }

  boolean has(String id) throws SourceException {
    if (looseSize(id).isPresent()) {
      return true;
    }
    try {
      return jgit().getObjectDatabase().has(ObjectId.fromString(id));
    } catch (IOException e) {
      throw damaged(id, e);
    }
  }

  /**
   * Stores a loose copy of an object, so that the next run can read it without JGit. Only for a
   * store that reconcile owns. A full disk only makes the next run slower.
   */
  void keep(GitObject object) {
    try {
      loose.getFirst().write(object);
    } catch (IOException e) {
      Log.debug("no loose copy of {}: {}", object.id(), e.toString());
    }
  }

  /** Follows a tag to the object that it finally points to. */
  GitObject peel(String id) throws SourceException {
    GitObject object = read(id, Integer.MAX_VALUE);
    while (object.type() == GitObject.Type.TAG) {
      object = read(object.header("object"), Integer.MAX_VALUE);
    }
    return object;
  }

  @Override
  public void close() {
    if (jgit != null) {
      jgit.close();
      jgit = null;
    }
  }

  private Optional<Long> looseSize(String id) {
    return loose.stream().flatMap(place -> place.size(id).stream()).findFirst();
  }

  private GitObject readAny(String id, long maxBytes) throws SourceException {
    ObjectId name = ObjectId.fromString(id);
    try (ObjectReader reader = jgit().newObjectReader()) {
      long size = reader.getObjectSize(name, ObjectReader.OBJ_ANY);
      if (size > maxBytes) {
        throw tooLarge(id, size, maxBytes);
      }
      ObjectLoader loader = reader.open(name);
      return new GitObject(id, type(loader.getType()), loader.getBytes(Integer.MAX_VALUE));
    } catch (IOException | LargeObjectException e) {
      throw damaged(id, e);
    }
  }

  private static GitObject.Type type(int code) throws MissingObjectException {
    return switch (code) {
      case Constants.OBJ_COMMIT -> GitObject.Type.COMMIT;
      case Constants.OBJ_TREE -> GitObject.Type.TREE;
      case Constants.OBJ_BLOB -> GitObject.Type.BLOB;
      case Constants.OBJ_TAG -> GitObject.Type.TAG;
      default -> throw new MissingObjectException(ObjectId.zeroId(), "known type");
    };
  }

  private SourceException damaged(String id, Exception cause) {
    String object = "Object " + id + " in " + directory() + ": ";
    return SourceException.corrupt(
        object + PrintableText.line(String.valueOf(cause.getMessage())) + ".");
  }

  private static SourceException tooLarge(String id, long size, long maxBytes) {
    return new SourceException(
        Reason.TOO_LARGE,
        "File too large",
        "It has " + size + " bytes, at most " + maxBytes + " are allowed (git object " + id + ").");
  }
}
