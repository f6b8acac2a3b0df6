// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.code;

import dev.reconcile.app.App;
import dev.reconcile.source.RepoUrl;
import dev.reconcile.source.SourceException;
import java.util.Map;
import java.util.Optional;

/** The choice of the commits that the sources of apps get. */
public sealed interface SourcePins {
  /** Each source gets its newest commit. */
  record Newest() implements SourcePins {}

  /**
   * No source is asked, and an app without a pin stays at its present revision.
   *
   * @param byApp app to the commit of its source
   * @param bySource name of a source to its commit
   */
  record Kept(Map<String, String> byApp, Map<String, String> bySource) implements SourcePins {
    public Kept {
      byApp = Map.copyOf(byApp);
      bySource = Map.copyOf(bySource);
    }
  }

  /**
   * Each source gets the commit of a release of a fleet, if that is reachable from its ref; a
   * source that the release does not name gets its newest commit.
   *
   * @param bySource name of a source to its commit
   */
  record Released(Map<String, String> bySource) implements SourcePins {
    public Released {
      bySource = Map.copyOf(bySource);
    }
  }

  /** Every app stays at its present revision. */
  SourcePins PRESENT = new Kept(Map.of(), Map.of());

  /**
   * Returns the name by which hosts speak of a source: its address with the password masked, and
   * its ref; empty for a source that is always the same commit, and for an invalid address.
   */
  static Optional<String> name(App.Source.Git source) {
    try {
      String url = RepoUrl.parse(source.url()).toString();
      boolean isFixed = source.ref().matches("[0-9a-f]{4,40}");
      String name = source.ref().isEmpty() ? url : url + " " + source.ref();
      return Optional.of(name).filter(_ -> !isFixed);
    } catch (SourceException e) {
      return Optional.empty();
    }
  }
}
