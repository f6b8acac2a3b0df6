package dev.reconcile.adopt;

/**
 * What users may do, by the modes of files and of the folders above them. Root counts as in the
 * unit of all apps: without the right to pass over modes.
 */
public interface Access {
  /** Whether something is there. */
  boolean exists(String path);

  /** Whether a user can read a file, or enter and list a folder. */
  boolean canRead(String user, String group, String path);

  /** Whether a user can write a file, or make it where it is not there. */
  boolean canWrite(String user, String group, String path);
}
