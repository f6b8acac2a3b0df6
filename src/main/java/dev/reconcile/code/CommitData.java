// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.code;

import dev.reconcile.app.Sources.Unusable;
import dev.reconcile.kind.DataKind;
import dev.reconcile.source.Entry;
import dev.reconcile.source.SourceException;
import dev.reconcile.source.Tree;
import java.util.Optional;

/**
 * The content of a commit in the places where an app keeps data.
 *
 * @param tree the commit's files
 * @param folder the folder with the app's code; empty for the root
 */
record CommitData(Tree tree, String folder) {
  /** Returns the first path at a place that is no placeholder, relative to the code. */
  Optional<String> contentAt(String place) throws Unusable {
    try {
      for (int end = place.indexOf('/'); end > 0; end = place.indexOf('/', end + 1)) {
        Optional<Entry> above = entry(place.substring(0, end));
        if (above.isEmpty()) {
          return Optional.empty();
        }
        if (above.get().type() != Entry.Type.FOLDER) {
          return Optional.of(place.substring(0, end));
        }
      }
      Optional<Entry> entry = entry(place);
      return entry.isEmpty() ? Optional.empty() : content(place, entry.get());
    } catch (SourceException e) {
      throw new Unusable(e.message(), e.detail());
    }
  }

  private Optional<String> content(String path, Entry entry) throws SourceException {
    if (entry.type() != Entry.Type.FOLDER) {
      return Optional.of(path);
    }
    for (Entry inside : tree.list(whole(path))) {
      Optional<String> found =
          DataKind.PLACEHOLDERS.contains(inside.name())
              ? Optional.empty()
              : content(path + "/" + inside.name(), inside);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private Optional<Entry> entry(String path) throws SourceException {
    return tree.entry(whole(path));
  }

  private String whole(String path) {
    return folder.isEmpty() ? path : folder + "/" + path;
  }
}
