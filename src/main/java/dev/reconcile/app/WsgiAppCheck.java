// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.kind.Declarations;
import dev.reconcile.model.Origin;
import dev.reconcile.python.Assignment;
import dev.reconcile.python.Literal;
import dev.reconcile.python.PythonModule;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A check of {@code gunicorn.app} against the text of the module that it names. The module is not
 * run.
 *
 * <p>Invariant: there is a warning only if the text shows that gunicorn would not find the app, and
 * another name that it would find. It holds no app, because the environment can change where Python
 * looks for modules; the rehearsal decides.
 */
final class WsgiAppCheck {
  private static final String SUMMARY = "App not found by gunicorn";

  /** The name that gunicorn takes without a colon (gunicorn.util.import_app). */
  private static final String USUAL = "application";

  private static final List<String> NAMES = List.of("app", USUAL, "server", "wsgi");
  private static final List<String> FACTORIES = List.of("create_app", "make_app");

  /** Settings that change where Python looks for modules. */
  private static final Set<String> ELSEWHERE = Set.of("chdir", "pythonpath");

  /** Variables that do so. */
  private static final Set<String> PATHS = Set.of("PYTHONPATH", "PYTHONHOME");

  /** Text with which a module can have names that it does not contain. */
  private static final Pattern DYNAMIC =
      Pattern.compile(
          """
          import\\s*\\(?\\s*\\*|__getattr__|__path__|__dict__\
          |\\b(exec|eval|globals|modules|vars|setattr)\\b\
          """);

  private static final Pattern SEARCH_PATH = Pattern.compile("\\bpath\\b|\\bsite\\b");

  private final App app;
  private final Gunicorn server;
  private final Declarations declarations;
  private final Sources.Resolved code;

  WsgiAppCheck(App app, Gunicorn server, Declarations declarations, Sources.Resolved code) {
    this.app = app;
    this.server = server;
    this.declarations = declarations;
    this.code = code;
  }

  /**
   * Checks the app.
   *
   * @param settings the names of the settings that the app's own gunicorn configuration sets
   * @param text the text of that file; empty if there is none
   */
  void check(Set<String> settings, String text) {
    boolean isElsewhere =
        Stream.of(settings, server.options().keySet())
            .flatMap(Set::stream)
            .anyMatch(ELSEWHERE::contains);
    if (isElsewhere
        || app.env().keySet().stream().anyMatch(PATHS::contains)
        || SEARCH_PATH.matcher(text).find()
        || DYNAMIC.matcher(text).find()) {
      return;
    }
    String written = server.app();
    int colon = written.indexOf(':');
    String module = colon < 0 ? written : written.substring(0, colon);
    String name = colon < 0 ? USUAL : written.substring(colon + 1).split("[.(]", 2)[0];
    try {
      Optional<Module> found = module(module);
      if (found.isPresent()) {
        attribute(found.get(), module, name);
      } else if (module.contains(".")) {
        parent(module, name);
      }
    } catch (Sources.Unusable e) {
      // A file that cannot be read here shows nothing.
    }
  }

  /** A module of the code. */
  private record Module(String path, String text) {
    // A text or a number is no app.
    boolean sets(String name) {
      Assignment found = PythonModule.assignments(text).get(name);
      return found != null
          && switch (found.value()) {
            case Literal.Computed _, Literal.Nothing _ -> true;
            case Literal.Text _, Literal.Whole _, Literal.Flag _, Literal.Many _ -> false;
          };
    }

    boolean mayHave(String name) {
      return Pattern.compile("\\b" + name + "\\b").matcher(text).find()
          || DYNAMIC.matcher(text).find();
    }
  }

  // Python prefers a package to a module of the same name.
  private Optional<Module> module(String name) throws Sources.Unusable {
    String path = name.replace('.', '/');
    for (String file : List.of(path + "/__init__.py", path + ".py")) {
      Optional<Sources.SourceFile> found = code.file(file);
      if (found.isPresent()) {
        return Optional.of(new Module(file, found.get().content().text()));
      }
    }
    return Optional.empty();
  }

  private void attribute(Module module, String name, String attribute) {
    if (module.mayHave(attribute)) {
      return;
    }
    Optional<String> likely =
        NAMES.stream()
            .filter(module::sets)
            .findFirst()
            .or(() -> FACTORIES.stream().filter(module::sets).findFirst().map(made -> made + "()"));
    likely.ifPresent(found ->
        declarations.warning(
            origin(),
            SUMMARY,
            """
            gunicorn looks for "%s" in %s, which does not contain that name. It has "%s". Write \
            "gunicorn: {app: %s:%s}".\
            """
                .formatted(attribute, module.path(), found, name, found)));
  }

  /** Reports a dot in the place of the colon: a part of the module that is a name of its parent. */
  private void parent(String module, String attribute) throws Sources.Unusable {
    int dot = module.lastIndexOf('.');
    String name = module.substring(0, dot);
    Optional<Module> parent = module(name);
    if (parent.isEmpty()) {
      return;
    }
    Optional<String> likely =
        Stream.of(module.substring(dot + 1), attribute).filter(parent.get()::sets).findFirst();
    if (likely.isEmpty() || DYNAMIC.matcher(parent.get().text()).find()) {
      return;
    }
    String detail =
        """
        gunicorn takes "%s" for a module, and the source of %s has none of that name. %s has "%s". \
        Write "gunicorn: {app: %s:%s}".\
        """
            .formatted(module, app.name(), parent.get().path(), likely.get(), name, likely.get());
    declarations.warning(origin(), SUMMARY, detail);
  }

  private Origin origin() {
    Map<String, Origin> given = server.given();
    return given.getOrDefault("app", app.source().origin());
  }
}
