package dev.reconcile.app;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.host.Stat;
import dev.reconcile.kind.Declarations;
import dev.reconcile.model.TextFormat;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Reads the values of secrets from the host. They never leave it, and no message holds one. */
final class SecretReader {
  private static final int MOST_BYTES = 64 << 10;

  private final Facts facts;
  private final Declarations declarations;

  SecretReader(Facts facts, Declarations declarations) {
    this.facts = facts;
    this.declarations = declarations;
  }

  /** Variable to value; what cannot be read is reported and left out. */
  Map<String, String> read(App app) throws HostException {
    Map<String, String> values = new LinkedHashMap<>();
    for (Map.Entry<String, App.Secret> secret : app.secrets().entrySet()) {
      Optional<String> value = read(secret.getKey(), secret.getValue());
      value.ifPresent(text -> values.put(secret.getKey(), text));
    }
    return values;
  }

  private Optional<String> read(String name, App.Secret secret) throws HostException {
    String path = secret.path();
    Optional<Stat> stat = facts.stat(path);
    if (stat.isEmpty() || stat.get().type() != Stat.Type.FILE) {
      if (facts.live()) {
        declarations.error(
            secret.origin(),
            "A secret's file is missing",
            path
                + " is not a file on this host. Write the value of "
                + name
                + " into it, owned by"
                + " root and with mode 0600.");
      }
      return Optional.empty();
    }
    String text = new String(facts.read(path, MOST_BYTES), StandardCharsets.UTF_8);
    String value = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    if (value.isEmpty()) {
      declarations.error(
          secret.origin(),
          "A secret is empty",
          "Write the value of " + name + " into " + path + ".");
      return Optional.empty();
    }
    if (!TextFormat.VALUE.accepts(value)) {
      declarations.error(
          secret.origin(),
          "A secret is not one line",
          path
              + " must hold one line of text without control characters other than tabs, or it cannot be an"
              + " environment variable.");
      return Optional.empty();
    }
    return Optional.of(value);
  }
}
