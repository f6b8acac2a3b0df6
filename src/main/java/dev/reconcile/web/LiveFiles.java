// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.web;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.host.Limits;
import dev.reconcile.nginx.ResolvedConfig;
import java.util.List;
import java.util.Optional;

/** The files of a host, as a source of nginx configuration. */
public final class LiveFiles implements ResolvedConfig.Source<HostException> {

  private final Facts facts;

  /** Creates the source for a host. */
  public LiveFiles(Facts facts) {
    this.facts = facts;
  }

  @Override
  public Optional<String> text(String path) throws HostException {
    return facts.text(path, Limits.CONFIG_FILE);
  }

  @Override
  public List<String> names(String folder) throws HostException {
    return facts.list(folder);
  }
}
