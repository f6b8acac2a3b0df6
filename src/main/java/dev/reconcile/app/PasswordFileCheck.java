// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.host.HostException;
import dev.reconcile.host.Limits;
import dev.reconcile.kind.PlannedFiles;
import dev.reconcile.kind.Table;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Origin;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The check for password files ({@code auth}) that exist and that let their users in. The trial
 * examines whether nginx's workers can read them.
 *
 * @param files the host's files, and those that the run will make
 */
record PasswordFileCheck(PlannedFiles files) {
  // ngx_crypt.c: its own schemes, else crypt(3) of the C library
  private static final Pattern HASH =
      Pattern.compile("\\$[^$]+\\$.+|\\{(PLAIN|SHA|SSHA)}.+|[./0-9A-Za-z]{13}|_[./0-9A-Za-z]{19}");

  /**
   * Returns what is wrong with the password file of a site or a location; an error means that nginx
   * would let in no visitor.
   *
   * @param keys the keys of the site or location
   */
  List<Diagnostic> of(Table keys) {
    String path = AuthKey.file(keys);
    if (!keys.has(AuthKey.KEY) || path.isEmpty()) {
      return List.of();
    }
    Origin origin = AuthKey.origin(keys);
    Optional<byte[]> text;
    try {
      text = files.read(path, Limits.CONFIG_FILE);
    } catch (HostException e) {
      return List.of(); // it is there, and only root may read it
    }
    if (text.isEmpty()) {
      return List.of(
          Diagnostic.error(
                  origin,
                  "Missing password file",
                  """
                  %s is not on this host, so nginx would let in no visitor. Make it, or \
                  declare it in files: of reconcile.yaml.\
                  """
                      .formatted(path))
              .withCommand("htpasswd -B -c " + path + " USER"));
    }
    return of(path, new String(text.get(), StandardCharsets.UTF_8), origin);
  }

  private static List<Diagnostic> of(String path, String text, Origin origin) {
    List<String> users = new ArrayList<>();
    List<String> plain = new ArrayList<>();
    text.lines()
        .filter(line -> !line.startsWith("#") && line.indexOf(':') > 0)
        .forEach(line -> {
          String[] parts = line.split(":", -1);
          users.add(parts[0]);
          if (!HASH.matcher(parts[1]).matches()) {
            plain.add(parts[0]);
          }
        });
    if (users.isEmpty()) {
      return List.of(
          Diagnostic.warning(
                  origin,
                  "Password file without users",
                  "%s has no line of the form USER:HASH, so nginx lets in no visitor."
                      .formatted(path))
              .withCommand("htpasswd -B " + path + " USER"));
    }
    return plain.isEmpty()
        ? List.of()
        : List.of(
            Diagnostic.warning(
                    origin,
                    "Password without hash",
                    """
                    nginx compares hashes, and %s has none for %s, who cannot log in. A plain \
                    password does not work there.\
                    """
                        .formatted(path, String.join(", ", plain)))
                .withCommand("htpasswd -B " + path + " " + plain.getFirst()));
  }
}
