// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.app.Templates.TemplateException;
import dev.reconcile.host.HostException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The web process: gunicorn behind a socket that systemd holds. */
record GunicornProcess(App app, Gunicorn server) implements ServingProcess {
  @Override
  public Optional<String> socketUnit() {
    return Optional.of(app.socketUnit());
  }

  @Override
  public Optional<String> command() {
    return Optional.empty();
  }

  @Override
  public String stopTimeout() {
    return server.stopTimeout();
  }

  @Override
  public int stopSeconds() {
    return server.drainSeconds();
  }

  @Override
  public List<String> logs() {
    return Stream.of(server.accessLog(), server.errorLog())
        .filter(log -> !log.isEmpty())
        .distinct()
        .toList();
  }

  @Override
  public int workers() {
    return server.workers();
  }

  @Override
  public void declareHandlers(AppHandlers handlers) throws HostException, TemplateException {
    handlers.declareSeamless(this);
  }
}
