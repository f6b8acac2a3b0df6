package dev.reconcile.adopt;

import java.util.Optional;

/** The texts of files of the host. */
@FunctionalInterface
public interface HostFiles {
  /** The text of the regular file at a path; empty if there is none, or it cannot be read. */
  Optional<String> of(String path);
}
