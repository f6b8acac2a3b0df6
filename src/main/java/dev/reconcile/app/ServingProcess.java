// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.model.Step;
import java.util.List;

/**
 * The process that answers the requests of an app.
 *
 * <p>Invariant: an app has at most one.
 */
public sealed interface ServingProcess extends AppProcess permits GunicornProcess, ServerProcess {
  /** Returns how many seconds open connections get to end before the process is stopped. */
  int stopSeconds();

  @Override
  default String name() {
    return "web";
  }

  @Override
  default String unit() {
    return app().service();
  }

  @Override
  default ProcessLimits limits() {
    return app().limits();
  }

  @Override
  default String address(Ports ports) {
    return ports.address(app());
  }

  @Override
  default List<Step> proof(Ports ports) {
    return List.of(new Step.AwaitHealth(app().probe(unit(), address(ports))));
  }
}
