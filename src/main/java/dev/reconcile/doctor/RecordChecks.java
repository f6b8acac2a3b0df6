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
                "state.json cannot be read",
                context.records().damage(),
                "mv " + STATE + " " + STATE + ".damaged && reconcile apply --take-over"));
  }

  /** Finds directories above reconcile's resources that only root may enter. */
  static List<Diagnostic> closedFolders(DoctorContext context) throws HostException {
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
                "A folder is closed to all but root",
                String.join(", ", closed)
                    + ": reconcile has files below, and makes such folders with mode 0755. An earlier"
                    + " version that was killed in between left them with 0700, for ever. If it was"
                    + " not you who closed it:",
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
                    "A run holds the lock for long",
                    "Process "
                        + holder.pid()
                        + " has it since "
                        + holder.since()
                        + "; no other run can begin. What it leaves half done, the next one"
                        + " finishes.",
                    "kill " + holder.pid())))
        .orElse(List.of());
  }
}
