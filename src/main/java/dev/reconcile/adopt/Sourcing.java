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
  private final Service service;
  private final CodeInventory code;
  private final Virtualenv virtualenv;
  private final Optional<Blocker> needsRoot;
  private final boolean copied;

  Sourcing(HostInventory seen, Service service) {
    this.seen = seen;
    this.service = service;
    this.code = seen.codeOf(service);
    this.virtualenv = seen.virtualenvOf(service);
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
    boolean wasRoot = service.user().equals("root");
    return wasRoot && needsRoot.isEmpty() ? USER : service.user();
  }

  /** Returns the group that the app runs as in the tree. */
  String group() {
    boolean wasRoot = service.user().equals("root");
    if (wasRoot && needsRoot.isEmpty()) {
      return USER;
    }
    return service.group().isEmpty() ? service.user() : service.group();
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
    if (!service.user().equals("root") || service.isManaged()) {
      return Optional.empty();
    }
    SourceLocation directory = SourceLocation.of(service.directory());
    if (!code.data().isEmpty()) {
      return Optional.of(
          new Blocker(
              USER + " could not write its data there: " + String.join(", ", code.data()),
              directory));
    }
    Optional<String> file = named().filter(path -> !canRead(path)).findFirst();
    if (file.isPresent()) {
      return Optional.of(new Blocker(USER + " cannot read " + file.get(), service.exec()));
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
            service.web().command().settings().values().stream(),
            Stream.concat(
                service.web().config().settings().values().stream(),
                service.variables().stream().map(Service.Variable::value)))
        .filter(value -> value.length() > 1 && TextFormat.ABSOLUTE_PATH.accepts(value))
        .filter(path -> !isInCode(path) && !isLog(path) && seen.access().exists(path));
  }

  private boolean isInCode(String path) {
    return (path + "/").startsWith(service.directory() + "/")
        || service.web().venvs().stream().anyMatch(venv -> (path + "/").startsWith(venv + "/"));
  }

  private boolean isLog(String path) {
    return Stream.of("accesslog", "errorlog", "pidfile")
        .anyMatch(log -> service.web().configured(log).filter(path::equals).isPresent());
  }

  private boolean isCopied() {
    if (!code.isThere() || isShared()) {
      return false;
    }
    if (code.isManaged()) {
      return true;
    }
    if (service.isManaged() || needsRoot.isPresent() || !isFit()) {
      return false;
    }
    boolean unreachable = service.user().equals("root") && !code.closed().isEmpty();
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
    Pattern there = OtherConfigFiles.folder(service.directory());
    return Stream.concat(
            service.web().command().settings().entrySet().stream()
                .filter(setting -> !List.of("chdir", "config").contains(setting.getKey()))
                .map(Map.Entry::getValue),
            service.web().config().settings().values().stream())
        .noneMatch(value -> there.matcher(value).find());
  }

  /** Tells whether another app's folder is the same, or above or below it. */
  private boolean isShared() {
    return seen.services().stream()
        .anyMatch(
            other -> !other.equals(service) && overlaps(other.directory(), service.directory()));
  }

  private static boolean overlaps(String a, String b) {
    return (a + "/").startsWith(b + "/") || (b + "/").startsWith(a + "/");
  }

  /** Returns the other units and files that name the folder of the code. */
  List<OtherConfigFiles.Mention> others() {
    return seen.elsewhere().mentions(OtherConfigFiles.folder(service.directory()), service);
  }

  /** Returns the directory of its virtualenv in the tree. */
  String venv() {
    String usual = new Layout(service.name()).venv();
    if (service.isManaged()) {
      return service.web().venv().filter(TextFormat.ABSOLUTE_PATH::accepts).orElse(usual);
    }
    boolean used = !seen.elsewhere().mentions(OtherConfigFiles.folder(usual), service).isEmpty();
    boolean theirs =
        !service.user().equals("root")
            && seen.access().exists(usual)
            && seen.access().canWrite(service.user(), service.group(), usual);
    return used || theirs ? usual + "-own" : usual; // an existing virtualenv stays untouched
  }

  /**
   * Returns a value with the paths of the virtualenv and the code replaced by those of the tree.
   */
  String moved(String value) {
    String text = value;
    for (String now :
        seen.virtualenvOf(service).directory().isEmpty()
            ? List.<String>of()
            : service.web().venvs()) {
      text = text.replaceAll(Pattern.quote(now) + "(?=[/:\\s\"']|$)", venv());
    }
    return moves()
        ? text.replaceAll(
            Pattern.quote(service.directory()) + "(?=[/:\\s\"']|$)",
            new Layout(service.name()).code())
        : text;
  }

  /** Returns the reason why the tree cannot adopt the app, if there is one. */
  Optional<Blocker> refusal() {
    SourceLocation directory = SourceLocation.of(service.directory());
    if (service.isManaged() || code.isManaged()) {
      return Optional.empty();
    }
    if (!code.isThere()) {
      return Optional.of(
          new Blocker(
              "the folder of its code, " + service.directory() + ", does not exist",
              service.exec()));
    }
    Optional<Blocker> foreign = foreignWords();
    if (foreign.isPresent()) {
      return foreign;
    }
    if (service.web().config().sets("pidfile") && service.web().setting("pidfile").isEmpty()) {
      return Optional.of(
          new Blocker(
              """
              its configuration file sets pidfile, so a standby instance cannot start \
              beside the running one (systemd does not need it: remove it)\
              """,
              service.web().place("pidfile")));
    }
    if (!virtualenv.problem().isEmpty()) {
      return Optional.of(new Blocker(virtualenv.problem(), service.exec()));
    }
    if (!code.hasRequirements() && virtualenv.installed().isEmpty()) {
      return Optional.of(
          new Blocker(
              """
              its packages are unknown: %s/%s does not exist, and its interpreter has \
              none%s\
              """
                  .formatted(
                      service.directory(),
                      REQUIREMENTS,
                      virtualenv.directory().isEmpty() ? "" : " (" + virtualenv.directory() + ")"),
              directory));
    }
    return Optional.empty();
  }

  private Optional<Blocker> foreignWords() {
    for (Map.Entry<String, String> spoken : new TreeMap<>(SPOKEN).entrySet()) {
      boolean on =
          service.web().configured(spoken.getKey()).stream().anyMatch(v -> !v.equals("False"));
      if (on) {
        return Optional.of(
            new Blocker(
                "it speaks " + spoken.getValue() + ", but nginx speaks http to an app of the tree",
                service.web().place(spoken.getKey())));
      }
    }
    return Optional.empty();
  }
}
