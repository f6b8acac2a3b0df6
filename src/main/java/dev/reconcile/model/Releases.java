// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.model;

import java.util.ArrayList;
import java.util.List;

/**
 * The release steps of an app that have succeeded on this host.
 *
 * @param digests the digests of the latest ones, oldest first
 * @param isAhead whether the last ones belong to a revision that has not gone live, so that the
 *     app's data may be ahead of its code
 */
public record Releases(List<String> digests, boolean isAhead) {
  /** The record of an app without release steps. */
  public static final Releases NONE = new Releases(List.of(), false);

  private static final int MOST = 200;

  public Releases {
    digests = List.copyOf(digests);
  }

  /** Returns the record with further steps that have succeeded. */
  public Releases with(String digest, boolean ahead) {
    List<String> all = new ArrayList<>(digests);
    all.remove(digest);
    all.add(digest);
    return new Releases(all.subList(Math.max(0, all.size() - MOST), all.size()), ahead);
  }

  /** Returns the record after the revision has gone live. */
  public Releases live() {
    return new Releases(digests, false);
  }
}
