// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

/**
 * The users and groups that are in no file of the host, but that the C library finds, for example
 * in LDAP (nsswitch.conf(5)). A query starts a process.
 */
final class NameService {
  /** The database of users. */
  static final String USERS = "passwd";

  /** The database of groups. */
  static final String GROUPS = "group";

  private static final int NOT_FOUND = 2; // getent(1)

  private NameService() {}

  /**
   * Reports whether a number belongs to a user or group. Names are not looked up, because files of
   * a user without an entry in passwd(5) could not be given to it.
   *
   * @param database {@link #USERS} or {@link #GROUPS}
   */
  static boolean has(CommandRunner commands, String database, String number) throws HostException {
    return Accounts.isNumber(number)
        && commands.run(Command.of("getent", database, number)).exit() != NOT_FOUND;
  }
}
