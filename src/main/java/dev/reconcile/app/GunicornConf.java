// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.kind.Declarations;
import dev.reconcile.model.GunicornSetting;
import dev.reconcile.model.TextFormat;
import dev.reconcile.python.Assignment;
import dev.reconcile.python.Literal;
import dev.reconcile.python.PythonModule;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The settings file in an app's source, which gunicorn reads before its options. It is a Python
 * program; only the constants that its text assigns are known, and it is not run.
 */
final class GunicornConf {
  /** The file that gunicorn looks for in its working directory by default. */
  private static final String USUAL = "gunicorn.conf.py";

  private static final String MODULE = "python:";

  private final App app;
  private final Gunicorn server;
  private final Declarations declarations;
  private final Facts facts;
  private Set<String> settings = Set.of();
  private String content = "";

  GunicornConf(App app, Gunicorn server, Declarations declarations, Facts facts) {
    this.app = app;
    this.server = server;
    this.declarations = declarations;
    this.facts = facts;
  }

  /**
   * Reports the settings of the file that break the service or have no effect. A file that the
   * desired state names and the source does not have is a fault of the app.
   *
   * @return the whole numbers that the file sets, by the name of the setting
   */
  Map<String, String> check(Sources.Resolved code) throws HostException {
    Map<String, String> numbers = new TreeMap<>();
    for (String path : candidates()) {
      Optional<String> text = text(code, path);
      if (text.isEmpty()) {
        continue;
      }
      GunicornConfChecks checks =
          new GunicornConfChecks(
              app, server, facts, new GunicornConfReport(app, declarations, path, text.get()));
      Map<String, Assignment> assignments = PythonModule.assignments(text.get());
      settings = assignments.keySet();
      content = text.get();
      for (Assignment assignment : assignments.values()) {
        if (GunicornSetting.byName().containsKey(assignment.name())) {
          checks.check(assignment, assignments.keySet());
          if (assignment.value() instanceof Literal.Whole number && number.value() >= 0) {
            numbers.put(assignment.name(), Long.toString(number.value()));
          }
        }
      }
      return numbers;
    }
    return numbers;
  }

  /** Returns the names that the checked file sets; none before the check. */
  Set<String> settings() {
    return settings;
  }

  /** Returns the text of the checked file; empty before the check and without a file. */
  String content() {
    return content;
  }

  // Paths within the source. A file elsewhere on the host belongs to no app.
  private List<String> candidates() {
    String named = server.options().getOrDefault("config", USUAL);
    if (named.startsWith(MODULE)) {
      String path = named.substring(MODULE.length()).replace('.', '/');
      return List.of(path + ".py", path + "/__init__.py");
    }
    String file = named.startsWith("file:") ? named.substring("file:".length()) : named;
    String inside =
        file.startsWith(app.directory() + "/")
            ? file.substring(app.directory().length() + 1)
            : file.replaceFirst("^(\\./+)+", "");
    return TextFormat.RELATIVE_PATH.accepts(inside) ? List.of(inside) : List.of();
  }

  private Optional<String> text(Sources.Resolved code, String path) {
    String named = server.options().getOrDefault("config", "");
    try {
      Optional<Sources.SourceFile> found = code.file(path);
      if (found.isEmpty() && !named.isEmpty() && !named.startsWith(MODULE)) {
        declarations.fault(
            app.name(),
            app.source().origin(),
            "Missing gunicorn configuration",
            """
            The source of %s has no %s, which gunicorn.options.config names. Add the \
            file, or correct the path.\
            """
                .formatted(app.name(), path));
      }
      return found.map(source -> source.content().text());
    } catch (Sources.Unusable e) {
      return Optional.empty(); // A file that cannot be read here needs no warning.
    }
  }
}
