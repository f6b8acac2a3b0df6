// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.app.Templates.TemplateException;
import dev.reconcile.host.HostException;
import dev.reconcile.model.Step;
import dev.reconcile.model.UnitFilePath;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A process of an app. (Java's own {@code Process} has the plain name.)
 *
 * <p>Invariant: {@link #units()} are instances of templates that {@code Layout} knows, so the app
 * of each follows from its name.
 */
public sealed interface AppProcess permits ServingProcess, ProcessInstance {
  /** Returns the app that the process belongs to. */
  App app();

  /** Returns the name of the process, unique within its app. */
  String name();

  /** Returns the service that runs the process. */
  String unit();

  /** Returns the unit that holds the socket; empty if there is none. */
  Optional<String> socketUnit();

  /**
   * Returns where the process listens, {@code unix:PATH} or {@code HOST:PORT}; empty if it does not
   * listen.
   *
   * @param ports the ports of the apps
   */
  String address(Ports ports);

  /** Returns the command of the process; empty if the template of its unit has it. */
  Optional<String> command();

  /**
   * Returns how long the process gets to stop, in systemd's notation; empty for the template's
   * value.
   */
  String stopTimeout();

  /** Returns the limits of the process. */
  ProcessLimits limits();

  /** Returns the log files; empty if the process logs to systemd's journal alone. */
  default List<String> logs() {
    return List.of();
  }

  /** Returns how many worker processes there should be; 0 if the process has no workers. */
  default int workers() {
    return 0;
  }

  /**
   * Returns the steps that wait until the process is healthy; empty if systemd's answer to its
   * start is enough.
   *
   * @param ports the ports of the apps
   */
  List<Step> proof(Ports ports);

  /** Declares the handlers of the process: a restart, after which the process must be healthy. */
  void declareHandlers(AppHandlers handlers) throws HostException, TemplateException;

  /** Returns all units of the process, the service first. */
  default List<String> units() {
    return Stream.concat(Stream.of(unit()), socketUnit().stream()).toList();
  }

  /** Returns the template of one of the units. */
  static String templateOf(String unit) {
    return UnitFilePath.templateOf(unit).orElseThrow();
  }
}
