// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.adopt;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A process of a service, as proc(5) describes it.
 *
 * @param pid its process id
 * @param parent its parent's process id
 * @param words its command line
 * @param directory its working directory
 * @param user its user
 * @param group its group
 * @param environment the environment that it was started with
 * @param listens the sockets it listens on: {@code unix:PATH} or {@code HOST:PORT}
 */
public record ServiceProcess(
    int pid,
    int parent,
    List<String> words,
    String directory,
    String user,
    String group,
    Map<String, String> environment,
    List<String> listens) {
  public ServiceProcess {
    words = List.copyOf(words);
    environment = new TreeMap<>(environment);
    listens = List.copyOf(listens);
  }

  /** Tells whether it is gunicorn, by its command line or by the process title that it has set. */
  public boolean isGunicorn() {
    return !words.isEmpty()
        && (words.getFirst().startsWith("gunicorn: ")
            || GunicornCommand.of(words, List.of()).isPresent());
  }

  // its environment and its command line may hold secrets
  @Override
  public String toString() {
    return "process " + pid;
  }
}
