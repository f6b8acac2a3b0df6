// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.app.Venv.Index;
import dev.reconcile.kind.Declarations;
import dev.reconcile.kind.Key;
import dev.reconcile.kind.Table;
import dev.reconcile.model.Schema;
import dev.reconcile.model.TextFormat;
import java.util.List;
import java.util.Optional;

/** The key {@code venv.index}: the package index of an app. */
final class IndexSection {
  static final Key<String> URL =
      Key.text("url", TextFormat.INDEX_URL, "", "the URL of the index")
          .otherwise("that of pip's configuration")
          .example("https://pypi.example/simple/");
  static final Key<List<String>> EXTRA =
      Key.texts("extra", TextFormat.INDEX_URL, "further indexes")
          .more(
              """
              pip takes the highest version of all indexes, so a stranger can publish a \
              higher one under the name of a private package. Use hashes.\
              """)
          .example("https://pypi.org/simple/");
  static final Key<String> USER =
      Key.text("user", TextFormat.LOGIN, "", "the user's name at the index").example("deploy");
  static final Key<String> PASSWORD =
      Key.text(
              "password",
              TextFormat.SECRET_FILE,
              "",
              "the host file that contains the password or token, in one line")
          .more("Only builds of this app get it. See [builds](security-model.md#builds).")
          .example("/etc/reconcile/secrets/shop/index");

  static final Schema.Fields SCHEMA = Key.fields("index", URL, EXTRA, USER, PASSWORD);

  private final Declarations mistakes;

  IndexSection(Declarations mistakes) {
    this.mistakes = mistakes;
  }

  /** Returns the index; empty if a mistake leaves none. */
  Optional<Index> decode(Table index) {
    if (!index.isSound()) {
      return Optional.empty();
    }
    if (index.has(USER) != index.has(PASSWORD)) {
      mistakes.error(
          index.origin(),
          "Login without user or password",
          """
          A login needs both: "user" is the name (for a token often __token__), "password" \
          the host file with the password or token.\
          """);
    }
    if (index.has(PASSWORD) && !index.has(URL)) {
      mistakes.error(
          index.origin(PASSWORD),
          "Password without an index",
          "Name the index that gets it: index: {url: https://…, user: …, password: /…}");
    }
    return Optional.of(
        new Index(
            index.get(URL),
            index.get(EXTRA),
            index.get(USER),
            index.get(PASSWORD),
            index.origin(),
            index.origin(PASSWORD)));
  }
}
