// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.command;

import java.util.List;

/** All commands. */
public final class Commands {
  /** In the order in which they are listed; the first is the one that needs no name. */
  public static final List<Subcommand> ALL =
      List.of(
          new ApplyCommand(),
          new PlanCommand(),
          new AdoptCommand(),
          new AllocateCommand(),
          new DoctorCommand(),
          new HistoryCommand(),
          new InitCommand(),
          new PermuteCommand(),
          new ResumeCommand(),
          new RollbackCommand(),
          new SchemaCommand(),
          new StatusCommand(),
          new SuspendCommand(),
          new TimerCommand(),
          new ValidateCommand());

  private Commands() {}

  /** Their names. */
  public static List<String> names() {
    return ALL.stream().map(Subcommand::name).toList();
  }
}
