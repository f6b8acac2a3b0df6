// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.kind.Declarations;
import dev.reconcile.kind.Key;
import dev.reconcile.kind.Table;
import dev.reconcile.model.Origin;
import dev.reconcile.model.Schema;
import dev.reconcile.model.TextFormat;
import dev.reconcile.model.Value;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The key {@code web}: a server other than gunicorn. */
final class WebSection {
  /** The variable that contains the port. */
  static final String PORT = "PORT";

  /** The variable that contains the host of the port. */
  static final String HOST = "HOST";

  /** The variable that contains the path of the socket. */
  static final String SOCKET = "SOCKET";

  static final Key<String> RUN =
      Key.text("run", TextFormat.COMMAND, "", "the command that starts the server")
          .more(
              """
              It must be set. It is split at blanks and by quotes, without a shell. Its first word \
              is looked for in the virtualenv first. `{port}` and `{socket}` stand for the address.\
              """)
          .example("hypercorn --bind fd://3 blog:app");
  static final Key<String> BIND =
      Key.choice("bind", List.of("fd", "socket", "port"), "fd", "how the server gets its address")
          .more(
              """
              `fd`: it inherits the listening socket as descriptor 3; `socket`: it makes a socket \
              at the path in `SOCKET`; `port`: it listens on `HOST` and `PORT`.\
              """);
  static final Key<String> STOP_TIMEOUT =
      Key.text(
          "stop_timeout",
          TextFormat.DURATION,
          "30s",
          "how long the server gets to stop after SIGTERM");

  static final Schema.Fields SCHEMA = Key.fields("web", RUN, BIND, STOP_TIMEOUT);

  private final Declarations mistakes;

  WebSection(Declarations mistakes) {
    this.mistakes = mistakes;
  }

  /**
   * Returns whether {@code web} counts. It and {@code gunicorn} are alternatives; the one in the
   * app's own file wins over the one in the defaults.
   *
   * @param file the app's file
   */
  boolean counts(Table app, Origin file) {
    if (!app.has(AppSection.WEB) || !app.has(AppSection.GUNICORN)) {
      return app.has(AppSection.WEB);
    }
    boolean own = isIn(app, AppSection.WEB, file);
    if (own == isIn(app, AppSection.GUNICORN, file)) {
      Origin other = app.origin(AppSection.GUNICORN);
      mistakes.error(
          app.origin(AppSection.WEB),
          "Two servers",
          """
          "web" and "gunicorn" (%s line %s) both say what serves the app. Remove one of them.\
          """
              .formatted(other.file(), other.line()));
      return true;
    }
    return own;
  }

  private static boolean isIn(Table app, Key<?> key, Origin file) {
    return app.map().get(key.name()).stream().anyMatch(value -> isIn(value, file));
  }

  private static boolean isIn(Value value, Origin file) {
    return (value instanceof Value.Mapping map && !map.entries().isEmpty())
        ? map.entries().stream().anyMatch(entry -> isIn(entry.value(), file))
        : value.origin().file().equals(file.file());
  }

  /** Returns the server. */
  DeclaredServer decode(Table app) {
    Table web = app.table(AppSection.WEB);
    Bind bind = bind(web.get(BIND));
    if (!app.isRefused(AppSection.WEB) && web.isClearlyWithout(RUN)) {
      mistakes.error(
          app.origin(AppSection.WEB), "Command missing", "Add run: and the command of the server.");
    }
    Optional<List<String>> words =
        web.map()
            .get(RUN.name())
            .flatMap(Table::textOf)
            .flatMap(
                text -> CommandSection.words(text, web.origin(RUN), mistakes, ofAddress(bind)));
    words.ifPresent(all -> check(all, bind, web.origin(RUN)));
    if (TextFormat.duration(web.get(STOP_TIMEOUT)).isZero()) {
      mistakes.error(
          web.origin(STOP_TIMEOUT),
          "Timeout of zero",
          "The server would be killed at once. Write a longer time, such as 30s.");
    }
    return new DeclaredServer(
        words.orElse(List.of("false")), bind, web.get(STOP_TIMEOUT), app.origin(AppSection.WEB));
  }

  /**
   * Returns the variables that no command may set, because they hold the address; to the remedy.
   */
  private static Map<String, String> ofAddress(Bind bind) {
    String set = "reconcile sets %s. Remove it from the command.";
    String other = "Write bind: %s, which sets it, and remove it from the command.";
    return switch (bind) {
      case OWN_PORT -> Map.of(PORT, set.formatted(PORT), HOST, set.formatted(HOST));
      case OWN_SOCKET -> Map.of(SOCKET, set.formatted(SOCKET));
      case SOCKET, PORT, SOCKET_SUFFIX ->
          Map.of(PORT, other.formatted("port"), SOCKET, other.formatted("socket"));
    };
  }

  private static Bind bind(String word) {
    return switch (word) {
      case "socket" -> Bind.OWN_SOCKET;
      case "port" -> Bind.OWN_PORT;
      default -> Bind.SOCKET;
    };
  }

  private void check(List<String> words, Bind bind, Origin origin) {
    placeholder(words, DeclaredServer.PORT, bind == Bind.OWN_PORT, "port", origin);
    placeholder(words, DeclaredServer.SOCKET, bind == Bind.OWN_SOCKET, "socket", origin);
    FixedAddress.in(words)
        .ifPresent(fixed ->
            mistakes.error(
                origin,
                "Fixed address in a command",
                """
                "%s" names an address. reconcile starts a second instance of the app to try a new \
                revision, and that instance needs another address. %s\
                """
                    .formatted(fixed, remedy(fixed, bind))));
  }

  private static String remedy(String fixed, Bind bind) {
    String variable = fixed.substring(0, Math.max(0, fixed.indexOf('=')));
    String ofVariable = ofAddress(bind).get(variable);
    if (ofVariable != null) {
      return ofVariable;
    }
    return switch (bind) {
      case OWN_PORT -> "Write {port} in place of the number; PORT has it too.";
      case OWN_SOCKET -> "Write {socket} in place of the path; SOCKET has it too.";
      case SOCKET, PORT, SOCKET_SUFFIX ->
          """
          Have the server listen on descriptor 3, or write bind: port and {port} in place of the \
          number, or bind: socket and {socket} in place of the path.\
          """;
    };
  }

  private void placeholder(
      List<String> words, String placeholder, boolean isKnown, String bind, Origin origin) {
    if (!isKnown && words.stream().anyMatch(word -> word.contains(placeholder))) {
      mistakes.error(
          origin,
          "Placeholder without a value",
          "%s has a value with \"bind: %s\" only.".formatted(placeholder, bind));
    }
  }
}
