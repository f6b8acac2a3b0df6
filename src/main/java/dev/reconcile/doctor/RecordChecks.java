// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.doctor;

import dev.reconcile.host.HostException;
import dev.reconcile.host.LocalHost;
import dev.reconcile.host.Stat;
import dev.reconcile.kind.DirectoryKind;
import dev.reconcile.model.Address;
import dev.reconcile.model.Diagnostic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The checks of reconcile's own records. */
final class RecordChecks {
  private static final String STATE = LocalHost.STATE + "/state.json";
  private static final List<String> PRIVATE = List.of("/root/", "/home/", "/etc/letsencrypt/");
  private static final Duration LONGEST = Duration.ofHours(1); // the longest normal run

  private RecordChecks() {}

  static List<Diagnostic> state(DoctorContext context) {
    return context.records().damage().isEmpty()
        ? List.of()
        : List.of(
            Diagnostic.finding(
                "Unreadable state.json",
                context.records().damage(),
                "mv " + STATE + " " + STATE + ".damaged && reconcile apply --take-over"));
  }

  /** Finds directories above reconcile's resources that only root may enter. */
  static List<Diagnostic> closedDirectories(DoctorContext context) throws HostException {
    Set<String> declared = new TreeSet<>();
    Set<String> folders = new TreeSet<>();
    for (Address address : context.records().state().owned().keySet()) {
      String path = address.name();
      if (address.kind().equals(DirectoryKind.NAME)) {
        declared.add(path);
      }
      for (int slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
        folders.add(path.substring(0, slash));
      }
    }
    folders.removeAll(declared);
    List<String> closed = new ArrayList<>();
    for (String folder : folders) {
      Optional<Stat> stat = context.facts().stat(folder);
      boolean isPrivate = PRIVATE.stream().anyMatch(home -> (folder + "/").startsWith(home));
      if (!isPrivate
          && stat.isPresent()
          && stat.get().type() == Stat.Type.DIRECTORY
          && stat.get().mode() == 0700
          && stat.get().uid() == 0) {
        closed.add(folder);
      }
    }
    return closed.isEmpty()
        ? List.of()
        : List.of(
            Diagnostic.finding(
                "Directory closed to all but root",
                """
                reconcile owns files below %s, and creates such directories with mode 0755. A \
                killed run of an earlier version left them with mode 0700. If the mode is not \
                intended, change it.\
                """
                    .formatted(String.join(", ", closed)),
                "chmod 0755 " + String.join(" ", closed)));
  }

  static List<Diagnostic> lock(DoctorContext context) {
    return context
        .records()
        .holder()
        .filter(holder -> !context.now().isBefore(holder.since().plus(LONGEST)))
        .map(holder ->
            List.of(
                Diagnostic.finding(
                    "Lock held for over an hour",
                    """
                    Process %s has held it since %s, so no other run can start. If the process \
                    is killed, the next run completes its changes.\
                    """
                        .formatted(holder.pid(), holder.since()),
                    "kill " + holder.pid())))
        .orElse(List.of());
  }
}
