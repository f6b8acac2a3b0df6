// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.command;

import java.util.List;

/** All commands. */
public final class Commands {
  /** The commands in the order of the help; the first is the default. */
  public static final List<Subcommand> ALL =
      List.of(
          new ApplyCommand(),
          new PlanCommand(),
          new AdoptCommand(),
          new AllocateCommand(),
          new DoctorCommand(),
          new FleetCommand(),
          new HistoryCommand(),
          new InitCommand(),
          new LogsCommand(),
          new MaintenanceCommand(),
          new PermuteCommand(),
          new ResumeCommand(),
          new RestartCommand(),
          new RollbackCommand(),
          new RunInAppCommand(),
          new SchemaCommand(),
          new StatusCommand(),
          new SuspendCommand(),
          new TimerCommand(),
          new ValidateCommand());

  private Commands() {}

  /** Returns the names of all commands. */
  public static List<String> names() {
    return ALL.stream().map(Subcommand::name).toList();
  }
}
