// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import dev.reconcile.model.NetworkSettings;

/** A runner of programs that waits for their end. */
public interface CommandRunner {
  /**
   * The result of a finished program.
   *
   * @param exit its exit status
   * @param out its standard output
   * @param err its standard error
   */
  record Result(int exit, String out, String err) {
    /** Reports whether the exit status is 0. */
    public boolean ok() {
      return exit == 0;
    }

    /**
     * Returns the last non-blank lines of the output, standard error last, at most {@code lines}
     * lines.
     */
    public String tail(int lines) {
      var all = (out + "\n" + err).lines().filter(line -> !line.isBlank()).toList();
      return String.join("\n", all.subList(Math.max(0, all.size() - lines), all.size()));
    }
  }

  /**
   * Runs a program and waits for its end.
   *
   * @throws HostException if the program cannot be started or exceeds its timeout
   */
  Result run(Command command) throws HostException;

  /** Returns the network settings for commands that use the network. */
  default NetworkSettings network() {
    return NetworkSettings.NONE;
  }
}
