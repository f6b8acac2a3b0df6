// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.adopt;

import dev.reconcile.adopt.Blockers.Blocker;
import dev.reconcile.model.Layout;
import dev.reconcile.model.TextFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The source of an app's code and packages in the tree, and the user that runs it.
 *
 * <p>Invariant: code that somebody else works in or runs from keeps its place and owner.
 */
final class Sourcing {
  static final String REQUIREMENTS = "requirements.txt";
  private static final String USER = Layout.WEB_USER;

  /** Settings that make gunicorn use a protocol other than http. */
  private static final Map<String, String> SPOKEN =
      Map.of(
          "certfile", "TLS itself",
          "keyfile", "TLS itself",
          "proxy_protocol", "the PROXY protocol",
          "protocol", "another protocol");

  private final HostInventory seen;
  private final FoundApp app;
  private final CodeInventory code;
  private final Virtualenv virtualenv;
  private final Optional<Blocker> needsRoot;
  private final boolean copied;

  Sourcing(HostInventory seen, FoundApp app) {
    this.seen = seen;
    this.app = app;
    this.code = seen.codeOf(app);
    this.virtualenv = seen.virtualenvOf(app);
    this.needsRoot = whyRoot();
    this.copied = isCopied();
  }

  /** Tells whether the code is copied into the tree; otherwise it stays where it is. */
  boolean copied() {
    return copied;
  }

  /** Tells whether the code has its own list of requirements. */
  boolean hasOwnList() {
    return code.hasRequirements();
  }

  /** Returns the user that runs the app in the tree. */
  String user() {
    boolean wasRoot = app.user().equals("root");
    return wasRoot && needsRoot.isEmpty() ? USER : app.user();
  }

  /** Returns the group that the app runs as in the tree. */
  String group() {
    boolean wasRoot = app.user().equals("root");
    if (wasRoot && needsRoot.isEmpty()) {
      return USER;
    }
    return app.group().isEmpty() ? app.user() : app.group();
  }

  /** Returns the reason why an app that runs as root must keep doing so, if there is one. */
  Optional<Blocker> needsRoot() {
    return needsRoot;
  }

  /** Tells whether the code is copied because the new user cannot read it. */
  boolean moves() {
    return copied && !code.closed().isEmpty();
  }

  private Optional<Blocker> whyRoot() {
    if (!app.user().equals("root") || app.isManaged()) {
      return Optional.empty();
    }
    SourceLocation directory = SourceLocation.of(app.directory());
    if (!code.data().isEmpty()) {
      return Optional.of(
          new Blocker(
              USER + " could not write its data there: " + String.join(", ", code.data()),
              directory));
    }
    Optional<String> file = named().filter(path -> !canRead(path)).findFirst();
    if (file.isPresent()) {
      return Optional.of(new Blocker(USER + " cannot read " + file.get(), app.exec()));
    }
    if (!code.closed().isEmpty() && !isFit()) {
      return Optional.of(
          new Blocker(
              USER + " cannot read " + code.closed() + ", and " + whyNotCopied(), directory));
    }
    return Optional.empty();
  }

  private boolean canRead(String path) {
    return seen.access().canRead(USER, USER, path);
  }

  // existing paths in its settings and variables, outside of its code
  private Stream<String> named() {
    return Stream.concat(
            app.web().command().settings().values().stream(),
            Stream.concat(
                app.web().config().settings().values().stream(),
                app.variables().stream().map(FoundApp.Variable::value)))
        .filter(value -> value.length() > 1 && TextFormat.ABSOLUTE_PATH.accepts(value))
        .filter(path -> !isInCode(path) && !isLog(path) && seen.access().exists(path));
  }

  private boolean isInCode(String path) {
    return (path + "/").startsWith(app.directory() + "/")
        || app.web().venvs().stream().anyMatch(venv -> (path + "/").startsWith(venv + "/"));
  }

  private boolean isLog(String path) {
    return Stream.of("accesslog", "errorlog", "pidfile")
        .anyMatch(log -> app.web().configured(log).filter(path::equals).isPresent());
  }

  private boolean isCopied() {
    if (!code.isThere() || isShared()) {
      return false;
    }
    if (code.isManaged()) {
      return true;
    }
    if (app.isManaged() || needsRoot.isPresent() || !isFit()) {
      return false;
    }
    boolean unreachable = app.user().equals("root") && !code.closed().isEmpty();
    return unreachable || (!code.hasRequirements() && code.isRoots() && others().isEmpty());
  }

  private boolean isFit() {
    return code.unfit().isEmpty() && (code.closed().isEmpty() || namesNothingThere());
  }

  private String whyNotCopied() {
    return code.unfit().isEmpty()
        ? "its settings name paths in it, so it cannot be copied"
        : "it cannot be copied, because " + code.unfit();
  }

  // A copy must not refer to the original by a path.
  private boolean namesNothingThere() {
    Pattern there = OtherConfigFiles.folder(app.directory());
    return Stream.concat(
            app.web().command().settings().entrySet().stream()
                .filter(setting -> !List.of("chdir", "config").contains(setting.getKey()))
                .map(Map.Entry::getValue),
            app.web().config().settings().values().stream())
        .noneMatch(value -> there.matcher(value).find());
  }

  /** Tells whether another app's folder is the same, or above or below it. */
  private boolean isShared() {
    return seen.apps().stream()
        .anyMatch(other -> !other.equals(app) && overlaps(other.directory(), app.directory()));
  }

  private static boolean overlaps(String a, String b) {
    return (a + "/").startsWith(b + "/") || (b + "/").startsWith(a + "/");
  }

  /** Returns the other units and files that name the folder of the code. */
  List<OtherConfigFiles.Mention> others() {
    return seen.elsewhere().mentions(OtherConfigFiles.folder(app.directory()), app);
  }

  /** Returns the directory of its virtualenv in the tree. */
  String venv() {
    String usual = new Layout(app.name()).venv();
    if (app.isManaged()) {
      return app.web().venv().filter(TextFormat.ABSOLUTE_PATH::accepts).orElse(usual);
    }
    boolean used = !seen.elsewhere().mentions(OtherConfigFiles.folder(usual), app).isEmpty();
    boolean theirs =
        !app.user().equals("root")
            && seen.access().exists(usual)
            && seen.access().canWrite(app.user(), app.group(), usual);
    return used || theirs ? usual + "-own" : usual; // an existing virtualenv stays untouched
  }

  /**
   * Returns a value with the paths of the virtualenv and the code replaced by those of the tree.
   */
  String moved(String value) {
    String text = value;
    for (String now :
        seen.virtualenvOf(app).directory().isEmpty() ? List.<String>of() : app.web().venvs()) {
      text = text.replaceAll(Pattern.quote(now) + "(?=[/:\\s\"']|$)", venv());
    }
    return moves()
        ? text.replaceAll(
            Pattern.quote(app.directory()) + "(?=[/:\\s\"']|$)", new Layout(app.name()).code())
        : text;
  }

  /** Returns the reason why the tree cannot adopt the app, if there is one. */
  Optional<Blocker> refusal() {
    SourceLocation directory = SourceLocation.of(app.directory());
    if (app.isManaged() || code.isManaged()) {
      return Optional.empty();
    }
    if (!code.isThere()) {
      return Optional.of(
          new Blocker(
              "the folder of its code, " + app.directory() + ", does not exist", app.exec()));
    }
    Optional<Blocker> foreign = foreignWords();
    if (foreign.isPresent()) {
      return foreign;
    }
    if (app.web().config().sets("pidfile") && app.web().setting("pidfile").isEmpty()) {
      return Optional.of(
          new Blocker(
              """
              its configuration file sets pidfile, so a standby instance cannot start \
              beside the running one (systemd does not need it: remove it)\
              """,
              app.web().place("pidfile")));
    }
    if (!virtualenv.problem().isEmpty()) {
      return Optional.of(new Blocker(virtualenv.problem(), app.exec()));
    }
    if (!code.hasRequirements() && virtualenv.installed().isEmpty()) {
      return Optional.of(
          new Blocker(
              """
              its packages are unknown: %s/%s does not exist, and its interpreter has \
              none%s\
              """
                  .formatted(
                      app.directory(),
                      REQUIREMENTS,
                      virtualenv.directory().isEmpty() ? "" : " (" + virtualenv.directory() + ")"),
              directory));
    }
    return Optional.empty();
  }

  private Optional<Blocker> foreignWords() {
    for (Map.Entry<String, String> spoken : new TreeMap<>(SPOKEN).entrySet()) {
      boolean on = app.web().configured(spoken.getKey()).stream().anyMatch(v -> !v.equals("False"));
      if (on) {
        return Optional.of(
            new Blocker(
                "it speaks " + spoken.getValue() + ", but nginx speaks http to an app of the tree",
                app.web().place(spoken.getKey())));
      }
    }
    return Optional.empty();
  }
}
