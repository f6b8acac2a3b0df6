// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.kind.Declarations;
import dev.reconcile.kind.Key;
import dev.reconcile.model.Digest;
import dev.reconcile.model.TextFormat;
import dev.reconcile.model.Value;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The key {@code error_pages}: files with which nginx answers its own errors. */
final class ErrorPagesKey implements PartKey {
  static final Key<Map<String, String>> KEY =
      Key.pairs(
              "error_pages",
              TextFormat.STATUSES,
              TextFormat.PLACE,
              "files that nginx sends for its own errors, by status")
          .more(
              """
              The status stays, and errors of the app pass unchanged. A relative path is a path \
              of `data` or of the source.\
              """)
          .example("{404: errors/404.html, \"502 503 504\": errors/down.html}");

  @Override
  public Key<?> key() {
    return KEY;
  }

  @Override
  public void check(Part part, Declarations mistakes) {
    Set<String> seen = new HashSet<>();
    for (Value.Entry entry : part.keys().table(KEY).map().entries()) {
      for (String status : statuses(entry.key())) {
        if (!seen.add(status)) {
          mistakes.error(
              entry.keyOrigin(),
              "Status with two pages",
              "There is a page for %s already. Remove one of them.".formatted(status));
        }
      }
    }
  }

  private static String[] statuses(String key) {
    return key.split(" ", -1);
  }

  // nginx sends the file in a location of its own, in which it asks for permission once more.
  @Override
  public void add(Part part, PartLines lines) {
    part.get(KEY)
        .forEach((statuses, path) -> {
          Static file = part.paths().of("", path);
          String uri =
              "/reconcile-error-%s/%s"
                  .formatted(
                      Digest.of(part.app() + " " + file.path()).hex().substring(0, 8),
                      file.path().substring(file.path().lastIndexOf('/') + 1));
          for (String status : statuses(statuses)) {
            lines.page(status, "error_page " + status + " " + uri + ";");
          }
          lines.beside(location(uri, file, lines));
        });
  }

  private static List<String> location(String uri, Static file, PartLines lines) {
    List<String> location = new ArrayList<>();
    location.add("location = " + uri + " {");
    location.add("    internal;");
    location.add("    satisfy all;"); // with "any", nginx would not ask for a password
    location.add("    auth_basic off;");
    if (lines.hasRaw("auth_request")) {
      location.add("    auth_request off;");
    }
    location.add("    allow all;");
    location.add("    alias " + file.path() + ";");
    if (!file.guard().isEmpty()) {
      location.add("    disable_symlinks " + file.guard() + ";");
    }
    location.add("}");
    return location;
  }
}
