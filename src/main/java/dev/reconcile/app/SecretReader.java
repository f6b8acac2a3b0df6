// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.host.Limits;
import dev.reconcile.host.Stat;
import dev.reconcile.kind.Declarations;
import dev.reconcile.kind.PlannedFiles;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.TextFormat;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A reader of the values of secrets on the host. The values never leave the host, and no message
 * contains one.
 */
final class SecretReader {

  private final Facts facts;
  private final Declarations declarations;
  private final List<Diagnostic> missing = new ArrayList<>();

  SecretReader(Facts facts, Declarations declarations) {
    this.facts = facts;
    this.declarations = declarations;
  }

  /**
   * Returns variable to value. Secrets that cannot be read are left out, and together they are one
   * fault of the app.
   */
  Map<String, String> read(App app) {
    Map<String, String> values = new LinkedHashMap<>();
    for (Map.Entry<String, App.Secret> secret : app.secrets().entrySet()) {
      Optional<String> value = read(secret.getKey(), secret.getValue());
      value.ifPresent(text -> values.put(secret.getKey(), text));
    }
    if (!missing.isEmpty()) {
      Diagnostic first = missing.getFirst();
      declarations.fault(
          app.name(),
          first.origin().orElse(app.origin()),
          first.summary(),
          missing.stream().map(Diagnostic::detail).collect(Collectors.joining("\n")));
    }
    return values;
  }

  private Optional<String> miss(App.Secret secret, String summary, String detail) {
    missing.add(Diagnostic.error(secret.origin(), summary, detail));
    return Optional.empty();
  }

  private Optional<String> read(String name, App.Secret secret) {
    String path = secret.path();
    Optional<byte[]> bytes;
    try {
      bytes = content(path);
    } catch (HostException e) {
      return miss(secret, e.summary(), e.message());
    }
    if (bytes.isEmpty()) {
      return facts.live()
          ? miss(
              secret,
              "Missing secret file",
              """
              %s is not a file on this host. Write the value of %s into it, owned by \
              root and with mode 0600.\
              """
                  .formatted(path, name))
          : Optional.empty();
    }
    String value = line(new String(bytes.get(), StandardCharsets.UTF_8));
    if (value.isEmpty()) {
      return miss(secret, "Empty secret", "Write the value of " + name + " into " + path + ".");
    }
    if (!TextFormat.VALUE.accepts(value)) {
      return miss(
          secret,
          "Malformed secret",
          """
          %s must hold one line of text without control characters other than \
          tabs, or it cannot be an environment variable.\
          """
              .formatted(path));
    }
    return Optional.of(value);
  }

  // Root reads the file, so a link that another user may change is not followed.
  private Optional<byte[]> content(String path) throws HostException {
    PlannedFiles files = new PlannedFiles(facts, declarations.resources());
    Optional<Stat> stat = facts.stat(path);
    boolean isFile = stat.isPresent() && stat.get().type() == Stat.Type.FILE;
    return isFile || files.makes(path) ? files.read(path, Limits.KEY_FILE) : Optional.empty();
  }

  // Editors of other systems end a line with CR LF; neither character belongs to the value.
  private static String line(String text) {
    String line = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    return line.length() < text.length() && line.endsWith("\r")
        ? line.substring(0, line.length() - 1)
        : line;
  }
}
