// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.host.Command;
import dev.reconcile.host.CommandRunner;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.model.Step;

/** The creation of system users. */
final class Users {
  private Users() {}

  /** Creates a user and its group, and completes the work of a killed run. */
  static void make(Host host, Step.MakeUser user) throws HostException, StepException {
    run(host, "groupadd", "--system", "--force", user.name());
    if (!host.facts().hasUser(user.name())) {
      run(
          host,
          "useradd",
          "--system",
          "--gid",
          user.name(),
          "--home-dir",
          user.home(),
          "--no-create-home",
          "--shell",
          "/usr/sbin/nologin",
          user.name());
    }
  }

  private static void run(Host host, String... argv) throws HostException, StepException {
    CommandRunner.Result result = host.run(Command.of(argv));
    if (!result.ok()) {
      throw new StepException(
          "System user not created", String.join(" ", argv) + ": " + result.tail(3));
    }
  }
}
