// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.app.Templates.TemplateException;
import dev.reconcile.host.HostException;
import dev.reconcile.model.TextFormat;
import dev.reconcile.systemd.CommandText;
import java.util.Optional;

/**
 * The web process: a server other than gunicorn. With {@code bind: fd} it inherits the socket that
 * systemd holds; otherwise it makes its own.
 */
record ServerProcess(App app, DeclaredServer server) implements ServingProcess {
  private static final String USUAL_STOP = "30s";

  @Override
  public Optional<String> socketUnit() {
    return Optional.of(app.socketUnit()).filter(_ -> server.bind().isHeld());
  }

  // systemd replaces the placeholders by the variables, so a standby instance has the same text.
  @Override
  public Optional<String> command() {
    String programs = app.venv().isOff() ? "/usr" : app.venv().directory();
    return Optional.of(
        CommandText.execStart(programs, server.words())
            .replace(DeclaredServer.PORT, "${" + WebSection.PORT + "}")
            .replace(DeclaredServer.SOCKET, "${" + WebSection.SOCKET + "}"));
  }

  @Override
  public String stopTimeout() {
    return server.stopTimeout().equals(USUAL_STOP) ? "" : server.stopTimeout();
  }

  @Override
  public int stopSeconds() {
    return Math.toIntExact(TextFormat.duration(server.stopTimeout()).toSeconds());
  }

  @Override
  public void declareHandlers(AppHandlers handlers) throws HostException, TemplateException {
    if (server.bind().isHeld()) {
      handlers.declareSeamless(this);
    } else {
      handlers.declareDiverted(this);
    }
  }
}
