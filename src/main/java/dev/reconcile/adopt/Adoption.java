// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.adopt;

import dev.reconcile.adopt.Blockers.Blocker;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A desired-state tree that describes a host as it is, with the findings that the administrator
 * should read.
 *
 * @param files the tree's files: path to text
 * @param copies folders of the tree that are copied from a directory of the host: folder to
 *     directory
 * @param findings what was found, taken over, improved, left unmanaged, or is to be decided
 * @param before commands to run before the first plan
 * @param after commands to run after the first apply
 * @param apps number of apps in the tree
 */
public record Adoption(
    SortedMap<String, String> files,
    SortedMap<String, String> copies,
    List<AdoptionFinding> findings,
    List<String> before,
    List<String> after,
    int apps) {
  public Adoption {
    findings = List.copyOf(findings);
    before = List.copyOf(before);
    after = List.copyOf(after);
  }

  /** Returns the tree for a host. Findings that {@code findings} holds already come first. */
  public static Adoption of(HostInventory seen, AdoptionFindings findings) {
    Draft draft = new Draft(findings);
    AppSelection choice = AppSelection.of(seen);
    SiteMatching ownership = choice.ownership(findings);
    Sites sites = new Sites(seen.nginx(), ownership, choice.adopted(), findings);
    Map<String, Site> all = sites.all();
    for (FoundApp app : choice.adopted()) {
      new AppFile(seen, app, ownership, draft).write(all.get(app.name()));
    }
    choice.refused().forEach((app, why) -> refused(app, why, findings));
    Map<String, Object> main = new LinkedHashMap<>();
    main.put("version", 1);
    if (!seen.packages().isEmpty()) {
      main.put("packages", seen.packages());
    }
    if (!sites.formats().isEmpty()) {
      main.put("nginx", Map.of("log_formats", sites.formats()));
    }
    if (!draft.hostFiles.isEmpty()) {
      Map<String, Object> files = new LinkedHashMap<>();
      draft.hostFiles.forEach((path, source) -> files.put(path, Map.of("source", source)));
      main.put("files", files);
    }
    draft.files.put("reconcile.yaml", Yaml.of(main));
    return new Adoption(
        draft.files,
        draft.copies,
        findings.all(),
        draft.before,
        draft.after,
        choice.adopted().size());
  }

  /** Returns the Host header of each adopted app's health check, by the app's name. */
  public static Map<String, String> hosts(HostInventory seen) {
    AppSelection choice = AppSelection.of(seen);
    AdoptionFindings ignored = new AdoptionFindings();
    Map<String, Site> sites =
        new Sites(seen.nginx(), choice.ownership(ignored), choice.adopted(), ignored).all();
    Map<String, String> hosts = new LinkedHashMap<>();
    for (FoundApp app : choice.adopted()) {
      Site site = sites.get(app.name());
      hosts.put(app.name(), site == null ? "localhost" : site.host(app.name()));
    }
    return hosts;
  }

  private static void refused(FoundApp app, Blocker why, AdoptionFindings findings) {
    findings.found(app.name(), app.unit().name() + ".", app.exec());
    findings.left(
        app.name(),
        app.unit().name() + " is not adopted, because " + why.why() + ". It stays unchanged.",
        why.place());
  }

  /** A tree under construction. */
  static final class Draft {
    final SortedMap<String, String> files = new TreeMap<>();
    final SortedMap<String, String> copies = new TreeMap<>();
    final SortedMap<String, String> hostFiles = new TreeMap<>();
    final List<String> before = new ArrayList<>();
    final List<String> after = new ArrayList<>();
    final AdoptionFindings findings;

    Draft(AdoptionFindings findings) {
      this.findings = findings;
    }
  }
}
