// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.model;

import java.util.List;
import java.util.Optional;

/**
 * What a build installs into a virtualenv, and from where.
 *
 * @param files requirements files for pip, relative to the folder that it runs in
 * @param names further requirements for pip
 * @param options options for pip: indexes, constraints, groups
 * @param project the project that is installed without its dependencies after all others; empty for
 *     none
 * @param lock the lock that its own program installs first
 * @param seesSystem whether the virtualenv sees the packages of the interpreter
 * @param login the login at a private index
 */
public record Installation(
    List<String> files,
    List<String> names,
    List<String> options,
    String project,
    Optional<Lock> lock,
    boolean seesSystem,
    Optional<IndexLogin> login) {
  /** Nothing. */
  public static final Installation NONE =
      new Installation(
          List.of(), List.of(), List.of(), "", Optional.empty(), false, Optional.empty());

  public Installation {
    files = List.copyOf(files);
    names = List.copyOf(names);
    options = List.copyOf(options);
  }

  /**
   * A lock file in the folder that the build runs in.
   *
   * @param tool its program
   * @param extras extras of the project
   * @param groups groups of dependencies beside the main ones
   * @param index the index that is used in place of those that the lock names; empty for those
   */
  public record Lock(LockTool tool, List<String> extras, List<String> groups, String index) {
    public Lock {
      extras = List.copyOf(extras);
      groups = List.copyOf(groups);
    }
  }

  /**
   * The login at a private index of packages. The password stays in a file on the host.
   *
   * @param host the name of the server, without its port
   * @param user the name of the user
   * @param file the host file that contains the password
   */
  public record IndexLogin(String host, String user, String file) {}
}
