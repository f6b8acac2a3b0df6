// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.run;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.host.UnitFacts;
import dev.reconcile.model.Change;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Layout;
import dev.reconcile.model.UnitFilePath;
import dev.reconcile.plan.Plan;
import dev.reconcile.plan.PlannedChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The check that a take-over does not replace a unit template from which other services start. Such
 * a service would fail at its next start, and nothing would connect the failure to the take-over.
 *
 * <p>Invariant: the check asks nothing of the host unless a template is taken over.
 */
final class TakenOverTemplates {
  private static final String SUMMARY = "Unit template used by other services";

  private TakenOverTemplates() {}

  /**
   * Returns the error for the first template with instances that the plan does not deploy; empty if
   * there is none.
   *
   * @param apps the names of the apps in the desired state
   */
  static Optional<Diagnostic> fault(Facts facts, Plan plan, Set<String> apps) throws HostException {
    for (PlannedChange planned : plan.changes()) {
      String path = planned.change().address().name();
      Optional<UnitFilePath> template =
          UnitFilePath.of(path).filter(file -> file.isTemplate() && !file.isDropIn());
      if (planned.change() instanceof Change.TakeOver change && template.isPresent()) {
        List<String> others = new ArrayList<>();
        for (String instance : instances(facts, template.get().unit())) {
          boolean isDeployed =
              Layout.appOf(instance).filter(app -> plan.digests().containsKey(app)).isPresent();
          if (!isDeployed && !hasFileOfItsOwn(facts, instance)) {
            others.add(instance);
          }
        }
        if (!others.isEmpty()) {
          return Optional.of(error(change, path, others, kept(plan, apps, others)));
        }
      }
    }
    return Optional.empty();
  }

  // The instances that run, failed, or that a target starts.
  private static SortedSet<String> instances(Facts facts, String template) throws HostException {
    SortedSet<String> instances = new TreeSet<>();
    for (Map.Entry<String, UnitFacts> unit : facts.units().entrySet()) {
      if (!unit.getValue().active().equals("inactive")) {
        instances.add(unit.getKey());
      }
    }
    for (String folder : facts.list(Layout.UNIT_FILES)) {
      if (folder.endsWith(".wants") || folder.endsWith(".requires")) {
        instances.addAll(facts.list(Layout.UNIT_FILES + "/" + folder));
      }
    }
    instances.removeIf(unit -> UnitFilePath.templateOf(unit).filter(template::equals).isEmpty());
    return instances;
  }

  // systemd reads the file of an instance instead of the template.
  private static boolean hasFileOfItsOwn(Facts facts, String instance) throws HostException {
    for (String folder : UnitFilePath.FOLDERS) {
      if (facts.stat(folder + "/" + instance).isPresent()) {
        return true;
      }
    }
    return false;
  }

  // The services whose apps are in the repo, each with what keeps the run from deploying it.
  private static SortedMap<String, String> kept(Plan plan, Set<String> apps, List<String> others) {
    SortedMap<String, String> kept = new TreeMap<>();
    for (String service : others) {
      String name = Layout.appOf(service).orElse("");
      if (apps.contains(name)) {
        Diagnostic held = plan.held().get(name);
        kept.put(
            service,
            held == null
                ? "Its app %s is not part of this run. Run without --only.".formatted(name)
                : "Its app %s is held (%s). Mend %s first.".formatted(name, held.summary(), name));
      }
    }
    return kept;
  }

  private static Diagnostic error(
      Change.TakeOver change, String path, List<String> others, SortedMap<String, String> kept) {
    if (!kept.isEmpty()) {
      String service = kept.firstKey();
      return Diagnostic.error(
          change.after().origin(),
          SUMMARY,
          """
          %s starts from %s, which --take-over would replace. This run does not deploy it, so it \
          would fail at the next start. %s\
          """
              .formatted(service, path, kept.get(service)));
    }
    String text =
        others.size() == 1
            ? """
            %s starts from %s, which --take-over would replace. This run does not deploy it, so it \
            would fail at the next start. Describe it in apps/ or give it a unit file of its own, \
            which systemd prefers to the template:\
            """
            : """
            %s start from %s, which --take-over would replace. This run does not deploy them, so \
            they would fail at the next start. Describe each in apps/ or give each a unit file of \
            its own, which systemd prefers to the template:\
            """;
    String own = path.substring(0, path.lastIndexOf('/') + 1) + others.getFirst();
    return Diagnostic.error(
            change.after().origin(), SUMMARY, text.formatted(String.join(", ", others), path))
        .withCommand("cp -n %s %s && systemctl daemon-reload".formatted(path, own));
  }
}
