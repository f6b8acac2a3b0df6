package dev.reconcile.host;

import dev.reconcile.model.NetworkSettings;

/** Starts programs and waits for them. */
public interface CommandRunner {
  /**
   * What a finished program left.
   *
   * @param exit its exit status
   * @param out its standard output
   * @param err its standard error
   */
  record Result(int exit, String out, String err) {
    /** Whether it ended well. */
    public boolean ok() {
      return exit == 0;
    }

    /** The end of what it said, errors last, at most {@code lines} lines. */
    public String tail(int lines) {
      var all = (out + "\n" + err).lines().filter(line -> !line.isBlank()).toList();
      return String.join("\n", all.subList(Math.max(0, all.size() - lines), all.size()));
    }
  }

  /**
   * Runs a program to its end.
   *
   * @throws HostException if it cannot be started or takes too long
   */
  Result run(Command command) throws HostException;

  /** How commands that fetch something reach the network. */
  default NetworkSettings network() {
    return NetworkSettings.NONE;
  }
}
