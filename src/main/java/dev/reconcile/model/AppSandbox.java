// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.model;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The environment in which an app's code runs beside the serving instance. User, hardening,
 * drop-ins, directories and environment are those of the app's own unit; only the trees of code and
 * virtualenv are replaced.
 *
 * <p>It holds no text of the unit. The unit is read from the host when something is run, in the
 * form that the plan gives it, so that drop-ins that were added by hand count, too.
 *
 * @param app the app
 * @param service the app's unit, whose settings apply
 * @param trees path that unit and settings name, to the tree that replaces it
 * @param address the address that the serving instance listens on
 * @param listener how the web process gets its address
 */
public record AppSandbox(
    String app,
    String service,
    SortedMap<String, String> trees,
    String address,
    Listener listener) {
  public AppSandbox {
    trees = Collections.unmodifiableSortedMap(new TreeMap<>(trees));
  }

  /** Creates the sandbox of an app that gunicorn serves. */
  public AppSandbox(String app, String service, SortedMap<String, String> trees, String address) {
    this(app, service, trees, address, Listener.GUNICORN);
  }

  /** Returns the unit that holds the app's socket. */
  public String socket() {
    return service.substring(0, service.lastIndexOf('.')) + ".socket";
  }
}
