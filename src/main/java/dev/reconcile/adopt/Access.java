// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.adopt;

/**
 * The access rights of users, derived from the modes of files and of the folders above them. For
 * root, too, the modes apply, because the unit of all apps drops the capability to override them.
 */
public interface Access {
  /** Tells whether a path exists. */
  boolean exists(String path);

  /** Tells whether a user can read a file, or enter and list a folder. */
  boolean canRead(String user, String group, String path);

  /** Tells whether a user can write a file, or create it if it does not exist. */
  boolean canWrite(String user, String group, String path);
}
