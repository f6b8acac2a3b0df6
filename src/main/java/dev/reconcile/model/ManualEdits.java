package dev.reconcile.model;

import java.util.List;

/**
 * What somebody has changed by hand in a folder.
 *
 * @param paths what, sorted
 */
public record ManualEdits(List<String> paths) {
  private static final int MOST_NAMED = 5;

  public ManualEdits {
    paths = List.copyOf(paths);
  }

  /** The same in a few words, in parentheses; empty if there is none. */
  public String words() {
    if (paths.isEmpty()) {
      return "";
    }
    int more = paths.size() - MOST_NAMED;
    return "(changed by hand: "
        + String.join(", ", paths.subList(0, Math.min(MOST_NAMED, paths.size())))
        + (more > 0 ? " and " + more + " more" : "")
        + ")";
  }
}
