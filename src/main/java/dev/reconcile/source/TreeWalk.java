// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.source;

import dev.reconcile.source.SourceException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * A walk through one folder of a commit. It refuses entries that must not, or cannot, be written to
 * a disk. The survey and the export both use it, so that both refuse the same entries.
 */
final class TreeWalk {
  private static final int MOST_FOLDER_BYTES = 32 << 20;

  /**
   * The largest number of entries. Git can repeat a folder within itself, so a kilobyte can
   * describe more files than fit on any disk.
   */
  static final int MOST_ENTRIES = 1_000_000;

  // NAME_MAX of ext4, xfs and btrfs; PATH_MAX less room for the directory that holds the export
  private static final int LONGEST_NAME = 255;
  private static final int LONGEST_PATH = 3_500;
  private static final int LONGEST_LINK = 4_095;

  /**
   * A receiver of the entries, folders before their contents; paths are relative to the commit's
   * root.
   */
  interface Visitor {
    /** Visits a folder, except the one that the walk began with. */
    void folder(String path) throws SourceException, IOException;

    /** Visits a file. */
    void file(String path, Entry entry) throws SourceException, IOException;

    /** Visits a file whose content Git LFS stores. */
    void large(LfsFile file, Entry entry) throws SourceException, IOException;

    /** Visits a symbolic link that stays within the folder. */
    void link(String path, String to) throws SourceException, IOException;

    /**
     * Receives the reason why an entry is refused; if this returns, the walk continues without the
     * entry.
     */
    void refused(SourceException why) throws SourceException;
  }

  private static final int MOST_KEPT = 50_000;

  private final FileContents objects;
  private final Visitor visitor;
  private final Map<String, SortedMap<String, Entry>> folders = new HashMap<>();
  private int kept;
  private int entries;

  TreeWalk(FileContents objects, Visitor visitor) {
    this.objects = objects;
    this.visitor = visitor;
  }

  /**
   * Walks through a folder.
   *
   * @param path the folder's path in the commit
   * @param treeId the folder's id
   * @param attributes the attributes that the folders above set
   */
  void walk(String path, String treeId, LfsAttributes attributes)
      throws SourceException, IOException {
    folder(path, treeId, attributes, 0);
  }

  private void folder(String path, String treeId, LfsAttributes above, int depth)
      throws SourceException, IOException {
    SortedMap<String, Entry> children;
    try {
      children = children(path, treeId);
    } catch (SourceException e) {
      refuse(e.reason() == Reason.TOO_LARGE ? tooManyFiles(path) : e);
      return;
    }
    LfsAttributes attributes = attributes(path, children.get(LfsAttributes.FILE), above);
    for (Entry entry : children.values()) {
      entries++;
      if (entries > MOST_ENTRIES) {
        throw tooManyFiles(path);
      }
      String name = path.isEmpty() ? entry.name() : path + "/" + entry.name();
      Optional<SourceException> wrong = wrongName(name, entry.name());
      if (wrong.isPresent()) {
        refuse(wrong.get());
        continue;
      }
      switch (entry.type()) {
        case FOLDER -> {
          visitor.folder(name);
          folder(name, entry.id(), attributes, depth + 1);
        }
        case FILE, EXECUTABLE -> file(name, entry, attributes);
        case SYMLINK -> link(name, entry, depth);
        case SUBMODULE -> refuse(submodule(name));
      }
    }
  }

  // A repeated folder is read once.
  private SortedMap<String, Entry> children(String path, String treeId) throws SourceException {
    SortedMap<String, Entry> known = folders.get(treeId);
    if (known == null) {
      known = TreeParser.parse(path, objects.readOnce(treeId, MOST_FOLDER_BYTES));
      kept += known.size();
      if (kept <= MOST_KEPT) {
        folders.put(treeId, known);
      }
    }
    return known;
  }

  private LfsAttributes attributes(String path, @Nullable Entry file, LfsAttributes above)
      throws SourceException {
    // git does not read attributes through a link either
    if (file == null || file.type() == Entry.Type.FOLDER || file.type() == Entry.Type.SYMLINK) {
      return above;
    }
    try {
      return above.with(path, objects.readOnce(file.id(), LfsAttributes.MOST_BYTES).content());
    } catch (SourceException e) {
      refuse(e);
      return above;
    }
  }

  private void file(String path, Entry entry, LfsAttributes attributes)
      throws SourceException, IOException {
    String filter = attributes.filter(path);
    Optional<SourceException> sealed = StoredElsewhere.file(path, filter, entry, objects);
    if (sealed.isPresent()) {
      refuse(sealed.get());
      return;
    }
    if (!filter.equals("lfs") || objects.size(entry.id()) > LfsPointer.MOST_BYTES) {
      visitor.file(path, entry);
      return;
    }
    byte[] content = objects.readOnce(entry.id(), LfsPointer.MOST_BYTES).content();
    Optional<LfsPointer> pointer = LfsPointer.parse(content);
    if (pointer.isPresent()) {
      visitor.large(new LfsFile(path, pointer.get().oid(), pointer.get().size()), entry);
    } else if (LfsPointer.isMeant(content)) {
      refuse(damagedPointer(path));
    } else {
      visitor.file(path, entry); // committed without git-lfs; git-lfs uses its content, too
    }
  }

  private void link(String path, Entry entry, int depth) throws SourceException, IOException {
    String to;
    try {
      to = text(objects.readOnce(entry.id(), LONGEST_LINK).content());
    } catch (CharacterCodingException e) {
      refuse(unsafeLink(path, "(not UTF-8)"));
      return;
    } catch (SourceException e) {
      refuse(
          e.reason() == Reason.TOO_LARGE
              ? unsafeLink(path, "(more than " + LONGEST_LINK + " bytes)")
              : e);
      return;
    }
    if (StoredElsewhere.isAnnexed(to)) {
      refuse(StoredElsewhere.annexed(path));
      return;
    }
    if (!LinkTarget.staysInside(to, depth) || !isPath(to)) {
      refuse(unsafeLink(path, PrintableText.line(to)));
      return;
    }
    visitor.link(path, to);
  }

  private static String text(byte[] bytes) throws CharacterCodingException {
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
  }

  private static Optional<SourceException> wrongName(String path, String name) {
    if (bytes(name) > LONGEST_NAME || bytes(path) > LONGEST_PATH) {
      return Optional.of(
          new SourceException(
              Reason.UNSAFE_TREE,
              "File name too long",
              "%s on this host. Rename it."
                  .formatted(
                      PrintableText.line(path)
                          + (bytes(name) > LONGEST_NAME
                              ? ": a name may have " + LONGEST_NAME + " bytes"
                              : ": a path may have " + LONGEST_PATH + " bytes"))));
    }
    return isPath(name)
        ? Optional.empty()
        : Optional.of(
            new SourceException(
                Reason.UNSAFE_TREE,
                "Unusable file name",
                PrintableText.line(path) + " is not a valid file name on this host. Rename it."));
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  private static boolean isPath(String text) {
    try {
      return !Path.of(text).toString().isEmpty();
    } catch (InvalidPathException e) {
      if (LocaleNames.hasRefused(e)) {
        throw e; // the run restarts in another locale
      }
      return false;
    }
  }

  // Damage is not a property of the commit: it is repaired or ends the walk.
  private void refuse(SourceException why) throws SourceException {
    if (why.reason() != Reason.UNSAFE_TREE && why.reason() != Reason.TOO_LARGE) {
      throw why;
    }
    visitor.refused(why);
  }

  private static SourceException submodule(String path) {
    return new SourceException(
        Reason.UNSAFE_TREE,
        "Submodule in the repository",
        """
        %s is a git submodule, which is not fetched. Put its files into the \
        repository, for example as a subtree, or deploy the other repository as an app \
        of its own.\
        """
            .formatted(PrintableText.line(path)));
  }

  private static SourceException unsafeLink(String path, String to) {
    return new SourceException(
        Reason.UNSAFE_TREE,
        "Symbolic link that leads outside",
        """
        %s -> %s: a link must be relative, stay within the folder, and have \
        ".." at its beginning only. Tell the app of a place outside by a \
        variable of env: instead.\
        """
            .formatted(PrintableText.line(path), to));
  }

  private static SourceException damagedPointer(String path) {
    return new SourceException(
        Reason.UNSAFE_TREE,
        "Unreadable Git LFS pointer",
        """
        %s begins as a Git LFS pointer, but has no valid oid and size. Commit \
        the file again, on a machine with git-lfs.\
        """
            .formatted(PrintableText.line(path)));
  }

  private static SourceException tooManyFiles(String path) {
    return new SourceException(
        Reason.UNSAFE_TREE,
        "Too many files in the repository",
        """
        More than %s files and folders, counted up to %s. Leave out what is not \
        code.\
        """
            .formatted(
                MOST_ENTRIES, path.isEmpty() ? "the root folder" : PrintableText.line(path)));
  }
}
