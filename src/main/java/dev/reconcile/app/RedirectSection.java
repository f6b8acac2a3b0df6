// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.kind.Declarations;
import dev.reconcile.kind.Key;
import dev.reconcile.kind.Table;
import dev.reconcile.model.Schema;
import dev.reconcile.model.TextFormat;
import java.util.List;

/** The key {@code site.redirect_http}: the target of plain http. */
final class RedirectSection {
  static final Key<String> TO =
      Key.text("to", TextFormat.NGINX_WORD, "https://$host$request_uri", "the target URL");
  static final Key<Integer> STATUS =
      Key.whole("status", 301, 308, 301, "the status: 301, 302, 303, 307 or 308");

  static final Schema.Fields SCHEMA = Key.fields("redirect_http", TO, STATUS);

  private final Declarations mistakes;

  RedirectSection(Declarations mistakes) {
    this.mistakes = mistakes;
  }

  /**
   * Returns the redirect of a site.
   *
   * @param redirect the value of the key
   * @param names the names that the site answers to
   */
  Redirect decode(Table redirect, List<String> names) {
    Redirect read = decode(redirect);
    if (read.isLoop(names)) {
      mistakes.error(
          redirect.origin(TO),
          "Redirect loop",
          """
          %s is plain http of the same site, which answers with this redirect \
          again, without end. Begin with https://, or name another host.\
          """
              .formatted(read.to()));
    }
    return read;
  }

  /** Returns a redirect whose target may be a path of the same site. */
  Redirect decode(Table redirect) {
    int status = redirect.get(STATUS);
    if (status > 303 && status < 307) {
      mistakes.error(
          redirect.origin(STATUS),
          "Invalid redirect status",
          status + " is not a status that redirects; use 301, 302, 303, 307 or 308.");
    }
    return new Redirect(redirect.get(TO), status);
  }
}
