// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.source;

import dev.reconcile.source.SourceException.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * The files of one commit. Paths are relative to the repository's root and separated by {@code /};
 * the root itself is the empty path. No path leads out of the tree or through a link.
 */
public final class Tree {
  private static final int MOST_FOLDER_BYTES = 32 << 20;

  private final FileContents objects;
  private final String root;
  private final Map<String, SortedMap<String, Entry>> folders = new HashMap<>();

  Tree(FileContents objects, String root) {
    this.objects = objects;
    this.root = root;
  }

  /**
   * Finds a file.
   *
   * @return empty when the path does not exist or is a folder
   * @throws SourceException UNSAFE_TREE for a path with {@code ..}, or a path that is or leads
   *     through a symbolic link or a submodule
   */
  public Optional<Blob> file(String path) throws SourceException {
    Entry entry = find(path);
    return entry == null || entry.type() == Entry.Type.FOLDER
        ? Optional.empty()
        : Optional.of(new Blob(path, entry.id(), entry.type() == Entry.Type.EXECUTABLE));
  }

  /**
   * Returns the entry at a path, of any type.
   *
   * @throws SourceException UNSAFE_TREE for a path with {@code ..}, or a path that leads through a
   *     symbolic link or a submodule
   */
  public Optional<Entry> entry(String path) throws SourceException {
    int slash = path.lastIndexOf('/');
    String folder = slash < 0 ? "" : path.substring(0, slash);
    Optional<String> id = treeId(folder);
    return id.isPresent()
        ? Optional.ofNullable(entries(folder, id.get()).get(path.substring(slash + 1)))
        : Optional.empty();
  }

  /** Returns the file's size in bytes, without loading it. */
  public long size(Blob file) throws SourceException {
    return objects.size(file.id());
  }

  /**
   * Returns the size in bytes that a file will have on the disk. For a Git LFS pointer this is the
   * size of the content that replaces it.
   */
  public long contentSize(String path) throws SourceException {
    Optional<Blob> file = file(path);
    if (file.isEmpty()) {
      return 0;
    }
    long size = size(file.get());
    return size > LfsPointer.MOST_BYTES
        ? size
        : LfsPointer.parse(read(file.get(), LfsPointer.MOST_BYTES))
            .map(LfsPointer::size)
            .orElse(size);
  }

  /**
   * Returns the file's content.
   *
   * @throws SourceException TOO_LARGE when the file has more than maxBytes, in which case it was
   *     not loaded
   */
  public byte[] read(Blob file, int maxBytes) throws SourceException {
    try {
      return objects.read(file.id(), maxBytes).content();
    } catch (SourceException e) {
      throw e.reason() == Reason.TOO_LARGE ? tooLarge(file, maxBytes) : e;
    }
  }

  /** Tells whether the folder exists. */
  public boolean exists(String folder) throws SourceException {
    return treeId(folder).isPresent();
  }

  /** Returns the folder's entries, sorted by name; none if the folder does not exist. */
  public List<Entry> list(String folder) throws SourceException {
    Optional<String> id = treeId(folder);
    return id.isPresent() ? List.copyOf(entries(folder, id.get()).values()) : List.of();
  }

  /** Returns the names of the folders in a folder; none if it does not exist. */
  public List<String> folders(String folder) throws SourceException {
    return list(folder).stream()
        .filter(entry -> entry.type() == Entry.Type.FOLDER)
        .map(Entry::name)
        .toList();
  }

  /** Returns git's id of the folder, which changes exactly when its contents change. */
  public Optional<String> treeId(String folder) throws SourceException {
    if (folder.isEmpty()) {
      return Optional.of(root);
    }
    Entry entry = find(folder);
    return entry != null && entry.type() == Entry.Type.FOLDER
        ? Optional.of(entry.id())
        : Optional.empty();
  }

  /**
   * Checks a folder for entries that {@link #export} would refuse; writes nothing.
   *
   * @return the size of the folder
   * @throws SourceException UNSAFE_TREE, with the first few refused entries: submodules, links that
   *     lead out of the folder, names that cannot be written, too many files; NOT_FOUND when the
   *     folder does not exist
   */
  public TreeContents survey(String folder) throws SourceException {
    TreeSurvey survey = new TreeSurvey(objects);
    try {
      new TreeWalk(objects, survey).walk(folder, existing(folder), attributesAbove(folder));
    } catch (IOException e) {
      throw SourceException.storage("Cannot look through a commit", e);
    }
    return survey.result();
  }

  /**
   * Writes the folder's files into an empty directory: folders 0755, files 0644 or 0755, links
   * unchanged. When the method returns, all files are flushed to the disk. After an error the
   * directory holds a part of them.
   *
   * @param contents the contents of files that Git LFS stores; they are verified
   * @throws SourceException UNSAFE_TREE for entries that {@link #survey} refuses, NOT_FOUND when
   *     the folder does not exist, CORRUPT for a content that does not match its pointer, TOO_LARGE
   *     for a content that does not fit into memory, STORAGE
   */
  public void export(String folder, Path emptyDirectory, LargeFiles contents)
      throws SourceException {
    new TreeExport(objects, contents, folder, emptyDirectory)
        .write(existing(folder), attributesAbove(folder));
  }

  /** Writes a folder without files of Git LFS; refuses a folder that has some. */
  void export(String folder, Path emptyDirectory) throws SourceException {
    export(folder, emptyDirectory, LargeFiles.NONE);
  }

  private String existing(String folder) throws SourceException {
    Optional<String> id = treeId(folder);
    if (id.isEmpty()) {
      throw new SourceException(
          Reason.NOT_FOUND,
          "No such folder",
          "The commit has no folder \"" + PrintableText.line(folder) + "\".");
    }
    return id.get();
  }

  // The attributes of the folders above apply to a folder, too.
  private LfsAttributes attributesAbove(String folder) throws SourceException {
    LfsAttributes attributes = LfsAttributes.NONE;
    for (int end = 0; end >= 0 && !folder.isEmpty(); end = folder.indexOf('/', end + 1)) {
      String above = folder.substring(0, end);
      Entry entry =
          entries(above, above.isEmpty() ? root : existing(above)).get(LfsAttributes.FILE);
      if (entry != null
          && (entry.type() == Entry.Type.FILE || entry.type() == Entry.Type.EXECUTABLE)) {
        attributes =
            attributes.with(
                above, objects.readOnce(entry.id(), LfsAttributes.MOST_BYTES).content());
      }
    }
    return attributes;
  }

  private @Nullable Entry find(String path) throws SourceException {
    String id = root;
    String folder = "";
    Entry entry = null;
    for (String name : names(path)) {
      if (entry != null && entry.type() != Entry.Type.FOLDER) {
        return null;
      }
      entry = entries(folder, id).get(name);
      if (entry == null) {
        return null;
      }
      folder = folder.isEmpty() ? name : folder + "/" + name;
      refuseDetour(folder, entry);
      id = entry.id();
    }
    return entry;
  }

  private SortedMap<String, Entry> entries(String folder, String id) throws SourceException {
    SortedMap<String, Entry> known = folders.get(id);
    if (known == null) {
      known = TreeParser.parse(folder, objects.read(id, MOST_FOLDER_BYTES));
      folders.put(id, known);
    }
    return known;
  }

  private static List<String> names(String path) throws SourceException {
    List<String> names = List.of(path.split("/", -1));
    if (path.indexOf('\0') >= 0
        || names.contains("")
        || names.contains(".")
        || names.contains("..")) {
      throw new SourceException(
          Reason.UNSAFE_TREE,
          "Path outside the repository",
          """
          "%s" must be a path within the repository, such as files/motd, without \
          a leading slash and without "..".\
          """
              .formatted(PrintableText.line(path)));
    }
    return names;
  }

  private static void refuseDetour(String path, Entry entry) throws SourceException {
    if (entry.type() == Entry.Type.SYMLINK || entry.type() == Entry.Type.SUBMODULE) {
      boolean link = entry.type() == Entry.Type.SYMLINK;
      throw new SourceException(
          Reason.UNSAFE_TREE,
          link ? "Symbolic link in the repository" : "Submodule in the repository",
          "%s is a %s, which is not followed. Put the file itself there."
              .formatted(path, link ? "symbolic link" : "git submodule"));
    }
  }

  private static SourceException tooLarge(Blob file, int maxBytes) {
    return new SourceException(
        Reason.TOO_LARGE,
        "File too large",
        file.path() + " has more than " + maxBytes + " bytes, which is the most allowed here.");
  }
}
