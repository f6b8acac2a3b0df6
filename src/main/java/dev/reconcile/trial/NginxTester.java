// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.trial;

import dev.reconcile.host.Command;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.host.Lazy;
import dev.reconcile.kind.DirectoryKind;
import dev.reconcile.model.Address;
import dev.reconcile.model.Change;
import dev.reconcile.plan.Plan;
import dev.reconcile.plan.PlannedChange;
import dev.reconcile.web.NginxCommand;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A runner of {@code nginx -t} on the live state of nginx's files, or on that state with changes. A
 * name that two servers of the live state already share does not count as a fault.
 */
final class NginxTester {
  private final MountNamespace namespace;
  private final List<String> question;
  private int count;
  private final Lazy<NginxTestResult> before = new Lazy<>();
  private Set<String> conflictsBefore = Set.of();

  private NginxTester(MountNamespace namespace, List<String> question) {
    this.namespace = namespace;
    this.question = question;
  }

  /**
   * Creates a tester for all states between the live one and the planned one.
   *
   * @param files the files that nginx could read in any of these states
   */
  static NginxTester of(Host host, Plan plan, NginxFiles files) throws HostException {
    MountNamespace namespace = new MountNamespace(host, NginxFiles.FOLDER);
    Set<String> planned =
        plan.changes().stream()
            .map(PlannedChange::change)
            .filter(Change.Create.class::isInstance)
            .map(Change::address)
            .filter(address -> address.kind().equals(DirectoryKind.NAME))
            .map(Address::name)
            .collect(Collectors.toSet());
    for (String path : files.written(host.run(Command.of("nginx", "-V")).err())) {
      namespace.writes(path);
      String folder = path.substring(0, Math.max(1, path.lastIndexOf('/')));
      if (planned.contains(folder)) {
        namespace.has(folder);
      }
    }
    return new NginxTester(namespace, NginxCommand.asking(host.facts(), "-t").argv());
  }

  /** Returns how often nginx was run. */
  int count() {
    return count;
  }

  /** Tests the live state; repeated calls return the first result. */
  NginxTestResult before() throws HostException {
    return before.get(() -> {
      MountNamespace.Answer answer = ask(List.of());
      conflictsBefore =
          NginxMessage.parse(answer.text()).stream()
              .filter(NginxMessage::isConflict)
              .map(NginxMessage::text)
              .collect(Collectors.toUnmodifiableSet());
      return result(answer, Optional.empty());
    });
  }

  /** Tests the live state with {@code overlay} over it. */
  NginxTestResult of(Overlay overlay) throws HostException {
    if (overlay.isEmpty()) {
      return before();
    }
    MountNamespace.Answer answer = ask(overlay.changes());
    return result(answer, answer.ran() ? newConflict(answer) : Optional.empty());
  }

  private MountNamespace.Answer ask(List<Change> changes) throws HostException {
    count++;
    return namespace.run(changes, question);
  }

  private Optional<NginxMessage> newConflict(MountNamespace.Answer answer) throws HostException {
    List<NginxMessage> conflicts =
        NginxMessage.parse(answer.text()).stream().filter(NginxMessage::isConflict).toList();
    if (conflicts.isEmpty()) {
      return Optional.empty();
    }
    before();
    return conflicts.stream()
        .filter(conflict -> !conflictsBefore.contains(conflict.text()))
        .findFirst();
  }

  private static List<NginxMessage> warnings(MountNamespace.Answer answer) {
    return NginxMessage.parse(answer.text()).stream()
        .filter(NginxMessage::isWarning)
        .distinct()
        .toList();
  }

  private static NginxTestResult result(
      MountNamespace.Answer answer, Optional<NginxMessage> conflict) {
    if (!answer.ran()) {
      return new NginxTestResult.Unknown(answer.text());
    }
    if (answer.exit() == 0) {
      return conflict
          .<NginxTestResult>map(NginxTestResult.Refused::new)
          .orElseGet(() -> new NginxTestResult.Passed(warnings(answer)));
    }
    return new NginxTestResult.Refused(
        NginxMessage.parse(answer.text()).stream()
            .filter(NginxMessage::isFatal)
            .findFirst()
            .orElseGet(() -> new NginxMessage("emerg", answer.text(), "", 0)));
  }
}
