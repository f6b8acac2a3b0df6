// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.kind;

import dev.reconcile.host.Facts;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.host.LocalHost;
import dev.reconcile.model.Content;
import dev.reconcile.model.FileAttributes;
import java.security.SecureRandom;
import java.util.Optional;

/**
 * The key of this host for digests of secrets. Without it, nobody can find a secret by trying
 * values until the digest matches.
 *
 * <p>Invariant: only root can read the file, and no message or record contains the key.
 */
public final class HostKey {
  private static final String PATH = LocalHost.STATE + "/digest.key";
  private static final int BYTES = 32;

  private HostKey() {}

  /** Returns the key; empty if the host has none yet. */
  public static Optional<byte[]> of(Facts facts) throws HostException {
    if (facts.stat(PATH).isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(facts.read(PATH, BYTES)).filter(key -> key.length == BYTES);
  }

  /**
   * Returns the key, and makes it if the host has none yet. The release steps of several apps run
   * at the same time, and all need the same key.
   */
  public static synchronized byte[] made(Host host) throws HostException {
    Optional<byte[]> known = of(host.facts());
    if (known.isPresent()) {
      return known.get();
    }
    byte[] key = new byte[BYTES];
    new SecureRandom().nextBytes(key);
    host.makeDirectory(LocalHost.STATE, FileAttributes.root(0755));
    host.writeState(PATH, new Content(key, true), FileAttributes.root(0600));
    return key;
  }
}
