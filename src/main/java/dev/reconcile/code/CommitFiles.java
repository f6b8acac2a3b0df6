// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.code;

import dev.reconcile.app.Sources.SourceFile;
import dev.reconcile.app.Sources.Unusable;
import dev.reconcile.model.Content;
import dev.reconcile.source.Blob;
import dev.reconcile.source.Entry;
import dev.reconcile.source.LfsPointer;
import dev.reconcile.source.SourceException;
import dev.reconcile.source.Tree;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * The files of a folder of a commit, with links followed as the operating system would follow them
 * on disk. No link may lead out of the folder.
 *
 * @param tree the commit's files
 * @param folder the folder, empty for the root
 * @param most the largest size of a file in bytes
 */
record CommitFiles(Tree tree, String folder, int most) {
  private static final int MOST_LINKS = 40; // as in path_resolution(7)
  private static final int LONGEST_LINK = 4096;

  /** Returns a file; empty if there is none. */
  Optional<SourceFile> file(String path) throws Unusable {
    try {
      return find(path);
    } catch (SourceException e) {
      throw new Unusable(e.message(), e.detail());
    }
  }

  private Optional<SourceFile> find(String path) throws SourceException, Unusable {
    Deque<String> left = new ArrayDeque<>();
    push(left, path);
    List<String> place = new ArrayList<>();
    int links = 0;
    while (!left.isEmpty()) {
      String name = left.pop();
      if (name.equals("..")) {
        if (place.isEmpty()) {
          throw outside(path);
        }
        place.removeLast();
        continue;
      }
      Optional<Entry> found =
          tree.list(whole(place)).stream().filter(entry -> entry.name().equals(name)).findFirst();
      if (found.isEmpty()) {
        return Optional.empty();
      }
      place.add(name);
      switch (found.get().type()) {
        case FOLDER -> {}
        case FILE, EXECUTABLE -> {
          return left.isEmpty() ? Optional.of(read(place, found.get())) : Optional.empty();
        }
        case SYMLINK -> {
          links++;
          String target = target(place, found.get());
          if (links > MOST_LINKS || target.startsWith("/")) {
            throw outside(path);
          }
          place.removeLast();
          push(left, target);
        }
        case SUBMODULE ->
            throw new Unusable(
                "Submodule in the repository",
                "%s is a git submodule, so what is in it cannot be included."
                    .formatted(String.join("/", place)));
      }
    }
    throw new Unusable("Requirements not readable", path + " is a folder.");
  }

  private static void push(Deque<String> left, String path) {
    List<String> names = new ArrayList<>(Arrays.asList(path.split("/", -1)));
    Collections.reverse(names);
    names.stream().filter(name -> !name.isEmpty() && !name.equals(".")).forEach(left::push);
  }

  private String whole(List<String> place) {
    String path = String.join("/", place);
    return folder.isEmpty() || path.isEmpty() ? folder + path : folder + "/" + path;
  }

  private SourceFile read(List<String> place, Entry entry) throws SourceException, Unusable {
    Blob blob = new Blob(whole(place), entry.id(), false);
    byte[] bytes = tree.read(blob, most);
    if (LfsPointer.isMeant(bytes)) {
      throw new Unusable(
          "Requirements in Git LFS",
          "%s must be known before anything is fetched: take it out of Git LFS."
              .formatted(String.join("/", place)));
    }
    return new SourceFile(String.join("/", place), new Content(bytes, false));
  }

  private String target(List<String> place, Entry entry) throws SourceException {
    Blob blob = new Blob(whole(place), entry.id(), false);
    return new String(tree.read(blob, LONGEST_LINK), StandardCharsets.UTF_8);
  }

  private static Unusable outside(String path) {
    return new Unusable("Path outside the source", path + " leads out of the app's source.");
  }
}
