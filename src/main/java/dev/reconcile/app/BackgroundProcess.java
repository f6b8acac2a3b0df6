// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.model.Origin;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A process of an app that serves no requests, such as a queue worker, as the app's file declares
 * it for this host.
 *
 * @param name the name, unique within the app
 * @param words the program and its arguments; at least one
 * @param instances the number of instances; 0 keeps the process off
 * @param stopTimeout how long an instance gets to stop, as a text of {@code TextFormat.DURATION}
 * @param env variables of this process alone, which override those of the app
 * @param limits the limits of each instance
 * @param origin where it is declared
 */
public record BackgroundProcess(
    String name,
    List<String> words,
    int instances,
    String stopTimeout,
    Map<String, String> env,
    ProcessLimits limits,
    Origin origin) {
  public BackgroundProcess {
    words = List.copyOf(words);
    env = Collections.unmodifiableMap(new LinkedHashMap<>(env));
  }

  /** Returns the instances, which are processes of the app. */
  List<ProcessInstance> instancesOf(App app) {
    return IntStream.rangeClosed(1, instances)
        .mapToObj(number -> new ProcessInstance(app, this, number))
        .toList();
  }
}
