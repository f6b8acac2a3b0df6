// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.kind.Declarations;
import dev.reconcile.kind.Key;
import dev.reconcile.kind.Table;
import dev.reconcile.model.Origin;
import dev.reconcile.model.Schema;
import dev.reconcile.model.TextFormat;
import dev.reconcile.model.Value;
import java.util.Optional;

/** The key {@code auth}: the names and passwords that nginx asks visitors for. */
final class AuthKey implements PartKey {
  static final Key<String> FILE =
      Key.text("file", TextFormat.PASSWORD_FILE, "", "the password file on the host");
  static final Key<String> REALM =
      Key.text("realm", TextFormat.REALM, "", "what browsers show when they ask")
          .otherwise("the app's name");

  static final Key<Optional<Value>> KEY =
      Key.section(
              "auth",
              Schema.either(
                  new Schema.Off(),
                  Schema.text(TextFormat.PASSWORD_FILE),
                  Key.fields("auth", FILE, REALM)),
              "the file with the names and passwords of visitors, or false for none")
          .otherwise("false")
          .more(
              """
              `htpasswd -B` of the package apache2-utils writes it. nginx must be able to read \
              it.\
              """)
          .example("/etc/nginx/shop.htpasswd");

  @Override
  public Key<?> key() {
    return KEY;
  }

  /** Returns the password file of a part; empty if it has none. */
  static String file(Table keys) {
    return keys.get(KEY)
        .filter(_ -> !keys.isOff(KEY))
        .flatMap(Table::textOf)
        .orElse(keys.table(KEY).get(FILE));
  }

  /** Returns where the password file of a part is declared. */
  static Origin origin(Table keys) {
    Table auth = keys.table(KEY);
    return auth.has(FILE) ? auth.origin(FILE) : keys.origin(KEY);
  }

  @Override
  public void check(Part part, Declarations mistakes) {
    Table keys = part.keys();
    String file = file(keys);
    if (file.isEmpty()) {
      if (!keys.isOff(KEY) && keys.table(KEY).isSound()) {
        mistakes.error(
            keys.origin(KEY),
            "Authentication without a file",
            "Name the password file: auth: {file: /etc/nginx/%s.htpasswd}.".formatted(part.app()));
      }
      return;
    }
    part.served()
        .filter(folder -> file.startsWith(folder))
        .findFirst()
        .ifPresent(folder ->
            mistakes.error(
                origin(keys),
                "Password file readable by everybody",
                """
                nginx hands out every file below %s, so visitors could read %s. Move it, \
                for example to /etc/nginx/%s.htpasswd.\
                """
                    .formatted(folder, file, part.app())));
  }

  @Override
  public void add(Part part, PartLines lines) {
    if (part.keys().isOff(KEY)) {
      lines.line("auth_basic off;");
      return;
    }
    String realm = part.keys().table(KEY).get(REALM);
    lines.line("auth_basic " + NginxWord.quoted(realm.isEmpty() ? part.app() : realm) + ";");
    lines.line("auth_basic_user_file " + file(part.keys()) + ";");
  }
}
