// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.fleet;

import dev.reconcile.host.Command;
import dev.reconcile.host.CommandRunner;
import dev.reconcile.host.CommandRunner.Result;
import dev.reconcile.host.HostException;
import dev.reconcile.model.Content;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The program {@code etcdctl} with a cluster and the files of this host.
 *
 * @param commands runs the program
 * @param address the cluster
 * @param files the directory with {@code ca.pem}, {@code cert.pem} and {@code key.pem}
 */
record Etcdctl(CommandRunner commands, EngineAddress address, String files) {
  private static final Duration LONGEST = Duration.ofSeconds(8);

  /** Runs the program; a value never passes through a shell. */
  Result run(List<String> words, String input) throws HostException {
    return run(words, input, LONGEST);
  }

  /** Runs the program, and kills it after a time. */
  Result run(List<String> words, String input, Duration longest) throws HostException {
    List<String> argv = new ArrayList<>(List.of("etcdctl"));
    argv.addAll(words);
    argv.add("--write-out=json");
    argv.add("--endpoints=" + String.join(",", address.endpoints()));
    if (address.isEncrypted()) {
      argv.add("--cacert=" + files + "/ca.pem");
      argv.add("--cert=" + files + "/cert.pem");
      argv.add("--key=" + files + "/key.pem");
    }
    return commands.run(
        Command.of(argv.toArray(String[]::new))
            .within(longest)
            .with("ETCDCTL_API", "3") // the default of Debian 11's etcdctl is 2
            .reading(Content.of(input)));
  }
}
