// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.adopt;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The running processes of a unit.
 *
 * @param mainPid the process id of its main process; 0 if it has none
 * @param processes all its processes
 * @param listens the addresses of its socket units, as systemd reports them
 * @param dependents the units that systemd stops when it stops this one
 */
public record Running(
    int mainPid, List<ServiceProcess> processes, List<String> listens, List<String> dependents) {
  /** The value for a unit that does not run. */
  public static final Running NOTHING = new Running(0, List.of(), List.of(), List.of());

  /** Programs that only start another program. */
  private static final Set<String> LAUNCHERS =
      Set.of(
          "sh",
          "bash",
          "dash",
          "env",
          "sudo",
          "su",
          "runuser",
          "nice",
          "tini",
          "dumb-init",
          "uv",
          "poetry",
          "pipenv",
          "pdm",
          "hatch",
          "dotenv",
          "doppler");

  public Running {
    processes = List.copyOf(processes);
    listens = List.copyOf(listens);
    dependents = List.copyOf(dependents);
  }

  /** Returns gunicorn's master processes, which no other gunicorn process has started. */
  List<ServiceProcess> masters() {
    Map<Integer, ServiceProcess> byPid =
        processes.stream()
            .collect(Collectors.toMap(ServiceProcess::pid, Function.identity(), (a, b) -> a));
    return processes.stream()
        .filter(ServiceProcess::isGunicorn)
        .filter(process ->
            Optional.ofNullable(byPid.get(process.parent())).stream()
                .noneMatch(ServiceProcess::isGunicorn))
        .toList();
  }

  /** Returns the workers of a master process. */
  List<ServiceProcess> workers(ServiceProcess master) {
    return processes.stream()
        .filter(process -> process.parent() == master.pid() && process.isGunicorn())
        .toList();
  }

  /**
   * Tells whether the unit only runs this gunicorn: all other processes are its children or
   * launchers.
   */
  boolean isFor(ServiceProcess master) {
    return processes.stream()
        .filter(process -> process.pid() != master.pid() && !isBelow(process, master))
        .allMatch(process -> isLauncher(process));
  }

  private boolean isBelow(ServiceProcess process, ServiceProcess master) {
    ServiceProcess at = process;
    for (int i = 0; i < processes.size(); i++) {
      int parent = at.parent();
      if (parent == master.pid()) {
        return true;
      }
      Optional<ServiceProcess> above =
          processes.stream().filter(p -> p.pid() == parent).findFirst();
      if (above.isEmpty()) {
        return false;
      }
      at = above.get();
    }
    return false;
  }

  private static boolean isLauncher(ServiceProcess process) {
    return process.words().stream()
        .limit(2)
        .map(word -> word.substring(word.lastIndexOf('/') + 1))
        .anyMatch(LAUNCHERS::contains);
  }
}
