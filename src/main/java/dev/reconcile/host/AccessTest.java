// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

/** Checks of a user's access to a file with test(1). */
final class AccessTest {
  private AccessTest() {}

  /**
   * Reports whether a user has the access.
   *
   * @param group the user's group
   * @param test an operator of test(1), such as {@code -r}
   */
  static boolean may(CommandRunner commands, String user, String group, String test, String path)
      throws HostException {
    Command command =
        Command.of(
            "setpriv", "--reuid=" + user, "--regid=" + group, "--init-groups", "test", test, path);
    // Only exit status 1 denies. Any other status means that the test itself failed, for example
    // without root's rights.
    return commands.run(command).exit() != 1;
  }
}
