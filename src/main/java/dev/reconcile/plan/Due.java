package dev.reconcile.plan;

import dev.reconcile.model.Handler;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A handler that will run.
 *
 * @param handler what
 * @param reason why, for people; it never steers anything
 * @param activations what is remembered once it has run: handler id to digest, those it covers
 *     included
 */
public record Due(Handler handler, String reason, SortedMap<String, String> activations) {
  public Due {
    activations = Collections.unmodifiableSortedMap(new TreeMap<>(activations));
  }
}
