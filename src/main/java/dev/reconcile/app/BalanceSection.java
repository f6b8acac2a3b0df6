// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.kind.Key;
import dev.reconcile.model.Schema;
import dev.reconcile.model.TextFormat;
import dev.reconcile.model.Value;
import java.util.List;
import java.util.Optional;

/** The key {@code balance}: an app on several hosts behind one nginx. */
public final class BalanceSection {
  /** The smallest port of a back site: nginx's other sites listen below it. */
  private static final int LEAST = 1024;

  /** The hosts whose nginx gets the requests of visitors. */
  public static final Key<List<String>> ON =
      Key.texts("on", TextFormat.HOSTNAME, "the hosts that get the site (required)")
          .example("[lb1]");

  /** The hosts that run the app. */
  public static final Key<List<String>> TO =
      Key.texts("to", TextFormat.HOSTNAME, "the hosts that run the app (required)")
          .example("[web1, web2]");

  /** The port on which nginx listens on the hosts that run the app. */
  public static final Key<Integer> PORT =
      Key.whole("port", LEAST, 65535, 0, "the port of nginx on the hosts of `to` (required)")
          .otherwise("")
          .more("nginx listens there on the `address` of the host, for the hosts of `on` alone.")
          .example("8080");

  /** The hosts that get no requests. */
  public static final Key<List<String>> OUT =
      Key.texts("out", TextFormat.HOSTNAME, "hosts of `to` that get no requests for now")
          .otherwise("none")
          .more("The app still runs there.")
          .example("[web2]");

  /** The raw lines for the hosts that run the app. */
  public static final Key<String> EXTRA =
      Key.text(
              "extra",
              TextFormat.LINES,
              "",
              "raw lines of nginx's server block on the hosts of `to`")
          .more("Those of `site.extra` are for the hosts of `on`.");

  /** The key of an app. */
  public static final Key<Optional<Value>> BALANCE =
      Key.section(
              "balance",
              Schema.orOff(Key.fields("balance", ON, TO, PORT, OUT, EXTRA)),
              "several hosts that run the app behind one nginx, or false for none")
          .otherwise("none: each host serves its own app")
          .more("See [one app on several hosts](fleet.md#one-app-on-several-hosts).")
          .example("{on: [lb1], to: [web1, web2], port: 8080}");

  private BalanceSection() {}
}
