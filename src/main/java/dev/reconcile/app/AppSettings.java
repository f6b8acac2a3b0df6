// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.app.Templates.TemplateException;
import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.kind.Declarations;
import dev.reconcile.model.Content;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The environment files of an app: gunicorn's arguments, the app's variables and its secrets. */
final class AppSettings {
  private final Declarations declarations;
  private final Templates templates;
  private final Facts facts;

  /**
   * The texts of the environment files.
   *
   * @param settings gunicorn's arguments and the variables that the app's group may read
   * @param secrets the variables that only root may read; empty if there are none
   * @param values the secrets by variable
   */
  record Texts(Content settings, Optional<Content> secrets, Map<String, Content> values) {
    Texts {
      values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /** Returns both texts, in the order in which systemd reads them. */
    List<Content> all() {
      return Stream.concat(Stream.of(settings), secrets.stream()).toList();
    }
  }

  AppSettings(Declarations declarations, Templates templates, Facts facts) {
    this.declarations = declarations;
    this.templates = templates;
    this.facts = facts;
  }

  /**
   * Returns the texts for {@code app}, which listens at {@code address}. A secret that is missing
   * on the host is a diagnostic.
   */
  Texts texts(App app, String address) throws HostException, TemplateException {
    Map<String, Object> fields = new HashMap<>();
    fields.put("from", app.origin().file());
    fields.put(
        "gunicorn",
        app.gunicorn()
            .<Object>map(server ->
                Map.of(
                    "app", quoted(server.app()), "arguments", quoted(arguments(server, address))))
            .orElse(false));
    fields.put("variables", variables(environment(app, address)));
    Content settings = Content.of(templates.render("app.env", fields));
    if (app.secrets().isEmpty()) {
      return new Texts(settings, Optional.empty(), Map.of());
    }
    Map<String, String> secrets = new SecretReader(facts, declarations).read(app);
    Map<String, Content> values = new LinkedHashMap<>();
    secrets.forEach((name, value) -> values.put(name, Content.secret(value)));
    return new Texts(
        settings,
        Optional.of(
            Content.secret(
                templates.render(
                    "secrets.env",
                    Map.of("from", app.origin().file(), "variables", variables(secrets))))),
        values);
  }

  // A server that makes its own socket is told where.
  private static Map<String, String> environment(App app, String address) {
    Map<String, String> all = new LinkedHashMap<>();
    if (app.opensPort()) {
      all.put(WebSection.HOST, address.substring(0, address.indexOf(':')));
      all.put(WebSection.PORT, address.substring(address.indexOf(':') + 1));
    } else if (app.web().bind() == Bind.OWN_SOCKET) {
      all.put(WebSection.SOCKET, address.substring("unix:".length()));
    }
    all.putAll(app.env());
    return all;
  }

  private static String arguments(Gunicorn server, String address) {
    StringBuilder words = new StringBuilder("--workers " + server.workers() + " --bind " + address);
    if (!server.accessLog().isEmpty()) {
      words.append(" --access-logfile ").append(server.accessLog());
    }
    if (!server.errorLog().isEmpty()) {
      words.append(" --error-logfile ").append(server.errorLog());
    }
    server
        .options()
        .forEach((setting, value) -> {
          String word = GunicornSettings.words(setting, value);
          words.append(word.isEmpty() ? "" : " " + word);
        });
    return words.toString();
  }

  /** Returns variables as the values of a template of an environment file. */
  static List<Map<String, String>> variables(Map<String, String> values) {
    return values.entrySet().stream()
        .map(entry -> Map.of("name", entry.getKey(), "value", quoted(entry.getValue())))
        .toList();
  }

  /** Returns a value quoted as systemd.exec(5) reads it from an environment file. */
  static String quoted(String value) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if ("\"\\$`".indexOf(c) >= 0) {
        quoted.append('\\');
      }
      quoted.append(c);
    }
    return quoted.append('"').toString();
  }
}
