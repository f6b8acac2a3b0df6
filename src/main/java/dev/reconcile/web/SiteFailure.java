// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.web;

import dev.reconcile.model.Diagnostic;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * A reason why visitors do not reach an app.
 *
 * @param kind the kind of the failure
 * @param isOfHost whether the cause is outside of the app and its site
 * @param detail the app, the cause and the consequence
 * @param command the command that repairs the failure or shows more about it
 */
public record SiteFailure(Kind kind, boolean isOfHost, String detail, String command) {
  /** Kinds of failures. */
  public enum Kind {
    NOT_READ(SitesNotRead.SUMMARY),
    NOT_RUNNING("nginx not running"),
    NOT_LISTENING("nginx not listening for a site"),
    OTHER_SERVER("Site shadowed by another nginx server"),
    NOT_REACHED("App not reachable from nginx"),
    OLD_FILES("Outdated configuration in nginx"),
    OTHER_CERTIFICATE("Outdated certificate in nginx"),
    OTHER_UPSTREAM("Site with a wrong upstream"),
    WRONG_CERTIFICATE("Site certificate refused by browsers"),
    OTHER_ADDRESS("Site shadowed by another nginx server at one address");

    private final String summary;

    Kind(String summary) {
      this.summary = summary;
    }

    /** Returns the summary of the diagnostic; it is constant for the kind. */
    public String summary() {
      return summary;
    }

    /** Reports whether the failure may be transient, for example while a service starts. */
    public boolean mayPass() {
      return this == NOT_RUNNING || this == NOT_LISTENING || this == NOT_REACHED;
    }

    /** Reports whether nginx still hands requests from this machine to the app. */
    public boolean isBeside() {
      return this == WRONG_CERTIFICATE || this == OTHER_ADDRESS;
    }

    /** Reports whether nginx has loaded something else than its files have. */
    public boolean isOfMemory() {
      return this == OLD_FILES || this == OTHER_CERTIFICATE;
    }

    /** Reports whether a reload of nginx with correct files repairs the failure. */
    public boolean isCuredByReload() {
      return this == NOT_READ
          || this == OTHER_SERVER
          || this == OLD_FILES
          || this == OTHER_CERTIFICATE;
    }
  }

  /** Returns the failure as an error. */
  public Diagnostic diagnostic() {
    return Diagnostic.error(kind.summary(), detail).withCommand(command);
  }

  /** Merges the failures with the same kind and command into one that names all its apps. */
  public static List<SiteFailure> merged(SortedMap<String, SiteFailure> failures) {
    Map<String, List<String>> alike = new LinkedHashMap<>();
    failures.forEach((app, failure) ->
        alike
            .computeIfAbsent(failure.kind() + " " + failure.command(), k -> new ArrayList<>())
            .add(app));
    List<SiteFailure> all = new ArrayList<>();
    for (List<String> apps : alike.values()) {
      SiteFailure first = failures.get(apps.getFirst());
      if (first != null) {
        String others = String.join(", ", apps.subList(1, apps.size()));
        String more = others.isEmpty() ? "" : " The same applies to " + others + ".";
        all.add(new SiteFailure(first.kind, first.isOfHost, first.detail + more, first.command));
      }
    }
    return all;
  }
}
