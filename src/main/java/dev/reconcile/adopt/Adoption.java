package dev.reconcile.adopt;

import dev.reconcile.adopt.Blockers.Obstacle;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A desired-state tree that says what a host is, and what a person should know of it.
 *
 * @param files its files: path to text
 * @param copies folders of the tree whose content is a directory of the host: folder to directory
 * @param findings what was found, taken over, made better, left, and is to be decided
 * @param before commands for before the first plan
 * @param after commands for after the first apply
 * @param apps how many apps it has
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

  /** The tree of what was seen; findings made on the way to it come first. */
  public static Adoption of(HostInventory seen, AdoptionFindings findings) {
    Draft draft = new Draft(findings);
    AppSelection choice = AppSelection.of(seen);
    SiteMatching ownership = choice.ownership(findings);
    Sites sites = new Sites(seen.nginx(), ownership, choice.adopted(), findings);
    Map<String, Site> all = sites.all();
    for (Service service : choice.adopted()) {
      new AppFile(seen, service, ownership, draft).write(all.get(service.name()));
    }
    choice.refused().forEach((service, why) -> refused(service, why, findings));
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

  /**
   * With which Host each app will be asked whether it works, by its name; those that are not
   * adopted are left out.
   */
  public static Map<String, String> hosts(HostInventory seen) {
    AppSelection choice = AppSelection.of(seen);
    AdoptionFindings unheard = new AdoptionFindings();
    Map<String, Site> sites =
        new Sites(seen.nginx(), choice.ownership(unheard), choice.adopted(), unheard).all();
    Map<String, String> hosts = new LinkedHashMap<>();
    for (Service service : choice.adopted()) {
      Site site = sites.get(service.name());
      hosts.put(service.name(), site == null ? "localhost" : site.host(service.name()));
    }
    return hosts;
  }

  private static void refused(Service service, Obstacle why, AdoptionFindings findings) {
    findings.found(service.name(), service.unit().name() + ".", service.exec());
    findings.left(
        service.name(),
        service.unit().name() + " is not adopted, because " + why.why() + ". It goes on as it is.",
        why.place());
  }

  /** A tree that is not finished. */
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
