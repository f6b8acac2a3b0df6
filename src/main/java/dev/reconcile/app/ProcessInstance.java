// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.model.Step;
import dev.reconcile.model.TextFormat;
import dev.reconcile.systemd.CommandText;
import dev.reconcile.systemd.TimeSpan;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * An instance of a background process.
 *
 * @param number the number of the instance, from 1
 */
record ProcessInstance(App app, BackgroundProcess process, int number) implements AppProcess {
  @Override
  public String name() {
    return process.name() + "." + number;
  }

  @Override
  public String unit() {
    return app.layout().process(process.name(), number);
  }

  @Override
  public Optional<String> socketUnit() {
    return Optional.empty();
  }

  @Override
  public String address(Ports ports) {
    return "";
  }

  @Override
  public Optional<String> command() {
    return Optional.of(CommandText.execStart(app.venv().directory(), process.words()));
  }

  @Override
  public String stopTimeout() {
    return TimeSpan.of(stopLimit());
  }

  @Override
  public ProcessLimits limits() {
    return process.limits();
  }

  /** Returns how long the process gets to stop. */
  Duration stopLimit() {
    return TextFormat.duration(process.stopTimeout());
  }

  @Override
  public void declareHandlers(AppHandlers handlers) {
    handlers.declareBackground(this);
  }

  @Override
  public List<Step> proof(Ports ports) {
    return List.of();
  }
}
