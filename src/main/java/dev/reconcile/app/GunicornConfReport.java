// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.kind.Declarations;
import dev.reconcile.model.Origin;
import dev.reconcile.python.Assignment;
import java.util.List;

/** The messages about an app's own settings file, each with the place of the setting in it. */
final class GunicornConfReport {
  private final App app;
  private final Declarations declarations;
  private final String path;
  private final List<String> lines;

  /**
   * @param path the file's path within the source
   * @param text its text
   */
  GunicornConfReport(App app, Declarations declarations, String path, String text) {
    this.app = app;
    this.declarations = declarations;
    this.path = path;
    this.lines = text.lines().toList();
  }

  /** Reports a setting with which the service cannot run. */
  void fault(Assignment set, String why) {
    declarations.fault(app.name(), origin(set), "Unusable gunicorn setting", text(set, why));
  }

  /** Reports a setting whose value decides whether the service runs, and is not known. */
  void computed(Assignment set, String why) {
    declarations.warning(
        origin(set),
        "Computed gunicorn setting",
        """
        %s of %s computes %s, so the plan cannot tell whether gunicorn runs with \
        it. %s\
        """
            .formatted(path, app.name(), set.name(), why));
  }

  /** Reports a setting that another one overrides. */
  void overridden(Assignment set, String why) {
    warn(set, "Overridden setting in the source", why);
  }

  /** Reports a directory that is missing now; the app, a file or a drop-in may still create it. */
  void missing(Assignment set, String why) {
    warn(set, "Missing directory of a gunicorn setting", why);
  }

  /** Reports a setting without effect. */
  void idle(Assignment set, String why) {
    warn(set, "Gunicorn setting without effect", why);
  }

  /** Reports a variable that overrides one of the app's file. */
  void variable(Assignment set, String why) {
    warn(set, "Overridden variable", why);
  }

  private void warn(Assignment set, String summary, String why) {
    declarations.warning(origin(set), summary, text(set, why));
  }

  private String text(Assignment set, String why) {
    return "%s of %s sets %s. %s".formatted(path, app.name(), set.name(), why);
  }

  // A line with variables may show a secret.
  private Origin origin(Assignment set) {
    String line = set.line() <= lines.size() ? lines.get(set.line() - 1) : "";
    boolean shown = line.length() <= 200 && !line.contains("raw_env");
    return new Origin(path, set.line(), set.column(), shown ? line : "");
  }
}
