// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.kind;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.host.Stat;
import dev.reconcile.model.Live;
import java.util.Optional;

/**
 * A kind whose resources are one type of file, named by their path. Invariant: a file of another
 * type at the path obstructs the resource.
 *
 * @param <S> the spec
 */
interface PathKind<S extends Record> extends Kind<S> {
  /** Returns the type of file that the resource is. */
  Stat.Type fileType();

  /**
   * Returns the live resource, whose file exists.
   *
   * @param facts the host
   * @param path the resource's path
   * @param stat the file at the path, which has {@link #fileType}
   * @param desired the desired spec; empty when the resource is only remembered
   */
  Live observe(Facts facts, String path, Stat stat, Optional<S> desired) throws HostException;

  @Override
  default Live observe(Facts facts, String path, Optional<S> desired) throws HostException {
    Optional<Stat> stat = facts.stat(path);
    if (stat.isEmpty()) {
      return Live.ABSENT;
    }
    return stat.get().type() == fileType()
        ? observe(facts, path, stat.get(), desired)
        : new Live.Obstructed(stat.get().type().words());
  }
}
