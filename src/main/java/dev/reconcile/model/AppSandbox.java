package dev.reconcile.model;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Where code of an app runs beside the instance that serves: everything is as the app's own unit
 * will have it, user, hardening, drop-ins, directories and environment, but in the trees that are
 * meant.
 *
 * <p>It holds no text of the unit. That is read from the host as the plan will have it when
 * something is run, so that what somebody has added by hand counts as well.
 *
 * @param app the app
 * @param service the app's unit, whose description counts
 * @param trees a path as unit and settings name it, to the tree that is meant there
 * @param address where the instance that serves listens
 */
public record AppSandbox(
    String app, String service, SortedMap<String, String> trees, String address) {
  public AppSandbox {
    trees = Collections.unmodifiableSortedMap(new TreeMap<>(trees));
  }

  /** The unit that holds the app's socket. */
  public String socket() {
    return service.substring(0, service.lastIndexOf('.')) + ".socket";
  }
}
