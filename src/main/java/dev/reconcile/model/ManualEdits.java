// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.model;

import java.util.List;

/**
 * The files in a folder that were changed by hand.
 *
 * @param paths their paths, sorted
 */
public record ManualEdits(List<String> paths) {
  private static final int MOST_NAMED = 5;

  public ManualEdits {
    paths = List.copyOf(paths);
  }

  /** Returns a short text in parentheses; empty if no file was changed. */
  public String words() {
    if (paths.isEmpty()) {
      return "";
    }
    int more = paths.size() - MOST_NAMED;
    String named = String.join(", ", paths.subList(0, Math.min(MOST_NAMED, paths.size())));
    return "(changed by hand: " + named + (more > 0 ? " and " + more + " more)" : ")");
  }
}
