package dev.reconcile.host;

/** Tests with test(1) what a user may do with a file. */
final class AccessTest {
  private AccessTest() {}

  /**
   * Whether a user may.
   *
   * @param group the user's group
   * @param test an operator of test(1), such as {@code -r}
   */
  static boolean may(CommandRunner commands, String user, String group, String test, String path)
      throws HostException {
    Command command =
        Command.of(
            "setpriv", "--reuid=" + user, "--regid=" + group, "--init-groups", "test", test, path);
    // any other end is that of a question that could not be asked, as by who is not root
    return commands.run(command).exit() != 1;
  }
}
