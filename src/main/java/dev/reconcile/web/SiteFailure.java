package dev.reconcile.web;

import dev.reconcile.model.Diagnostic;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/**
 * Why visitors do not get an app.
 *
 * @param kind what the matter is
 * @param isOfHost whether the cause lies outside of the app and its site
 * @param detail which app, what exactly, and what follows
 * @param command what mends it, or shows more
 */
public record SiteFailure(Kind kind, boolean isOfHost, String detail, String command) {
  /** What can be in the way. */
  public enum Kind {
    NOT_READ(SitesNotRead.SUMMARY),
    NOT_RUNNING("nginx does not run"),
    NOT_LISTENING("nginx does not listen for a site"),
    OTHER_SERVER("Another server of nginx answers for a site"),
    NOT_REACHED("nginx does not reach an app"),
    OLD_FILES("nginx has not read its files"),
    OTHER_CERTIFICATE("nginx shows another certificate than its file"),
    WRONG_CERTIFICATE("Browsers refuse the certificate of a site"),
    OTHER_ADDRESS("Another server of nginx answers for a site at one address");

    private final String summary;

    Kind(String summary) {
      this.summary = summary;
    }

    /** Always the same words for the same matter. */
    public String summary() {
      return summary;
    }

    /** Whether it may pass without anybody doing anything, as while something starts. */
    public boolean mayPass() {
      return this == NOT_RUNNING || this == NOT_LISTENING || this == NOT_REACHED;
    }

    /** Whether nginx hands requests from this machine to the app nevertheless. */
    public boolean isBeside() {
      return this == WRONG_CERTIFICATE || this == OTHER_ADDRESS;
    }

    /** Whether nginx has something else in memory than its files say. */
    public boolean isOfMemory() {
      return this == OLD_FILES || this == OTHER_CERTIFICATE;
    }

    /** Whether it is gone once nginx has read its files again, if these are right. */
    public boolean isCuredByReload() {
      return this == NOT_READ
          || this == OTHER_SERVER
          || this == OLD_FILES
          || this == OTHER_CERTIFICATE;
    }
  }

  /** As it is printed. */
  public Diagnostic diagnostic() {
    return Diagnostic.error(kind.summary(), detail).withCommand(command);
  }

  /** The same, of which those with one cause and remedy are one, which names the apps. */
  public static List<SiteFailure> merged(SortedMap<String, SiteFailure> obstacles) {
    Map<String, List<String>> alike = new LinkedHashMap<>();
    obstacles.forEach((app, one) ->
        alike.computeIfAbsent(one.kind() + " " + one.command(), k -> new ArrayList<>()).add(app));
    List<SiteFailure> all = new ArrayList<>();
    for (List<String> apps : alike.values()) {
      SiteFailure first = obstacles.get(apps.getFirst());
      if (first != null) {
        String others = String.join(", ", apps.subList(1, apps.size()));
        String more = others.isEmpty() ? "" : " The same holds for " + others + ".";
        all.add(new SiteFailure(first.kind, first.isOfHost, first.detail + more, first.command));
      }
    }
    return all;
  }
}
