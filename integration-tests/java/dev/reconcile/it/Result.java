// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

/**
 * What a command on a {@link TestHost} did.
 *
 * <p>The command has ended: one that did not end in time gives an error instead of a result.
 *
 * @param exitCode its exit status, 128 + n when signal n ended it
 * @param stdout all that it wrote to standard output
 * @param stderr all that it wrote to standard error
 */
public record Result(int exitCode, String stdout, String stderr) {

  /** Whether the command succeeded: exactly the exit code 0 does. */
  public boolean ok() {
    return exitCode == 0;
  }
}
