package dev.reconcile.adopt;

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
 */
public record Adoption(
    SortedMap<String, String> files,
    SortedMap<String, String> copies,
    List<Finding> findings,
    List<String> before,
    List<String> after) {
  public Adoption {
    findings = List.copyOf(findings);
    before = List.copyOf(before);
    after = List.copyOf(after);
  }

  /** The tree of what was seen; findings made on the way to it come first. */
  public static Adoption of(Seen seen, Findings findings) {
    Draft draft = new Draft(findings);
    Sites sites = new Sites(seen.nginx(), seen.services(), seen.listening(), findings);
    Map<String, Site> all = sites.all();
    for (Service service : seen.services()) {
      new AppFile(seen, service, draft).write(all.get(service.name()));
    }
    Map<String, Object> main = new LinkedHashMap<>();
    main.put("version", 1);
    if (!seen.packages().isEmpty()) {
      main.put("packages", seen.packages());
    }
    if (!sites.formats().isEmpty()) {
      main.put("nginx", Map.of("log_formats", sites.formats()));
    }
    draft.files.put("reconcile.yaml", Yaml.of(main));
    return new Adoption(draft.files, draft.copies, findings.all(), draft.before, draft.after);
  }

  /** A tree that is not finished. */
  static final class Draft {
    final SortedMap<String, String> files = new TreeMap<>();
    final SortedMap<String, String> copies = new TreeMap<>();
    final List<String> before = new ArrayList<>();
    final List<String> after = new ArrayList<>();
    final Findings findings;

    Draft(Findings findings) {
      this.findings = findings;
    }
  }
}
