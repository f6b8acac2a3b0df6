// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.testcontainers.containers.Network;

/** Hosts that reach each other by their names, and nothing else; each has reconcile. */
final class HostNetwork implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofMinutes(3);

  private final Network network =
      Network.builder().createNetworkCmdModifier(command -> command.withInternal(true)).build();
  private final Map<String, TestHost> hosts = new LinkedHashMap<>();

  private HostNetwork() {}

  /** Boots hosts with these names. */
  static HostNetwork boot(List<String> names) {
    HostNetwork all = new HostNetwork();
    try {
      for (String name : names) {
        TestHost host = TestHost.boot(name, all.network);
        all.hosts.put(name, host);
        host.copyJar();
      }
      return all;
    } catch (RuntimeException | Error e) {
      all.close();
      throw e;
    }
  }

  TestHost on(String name) {
    return Optional.ofNullable(hosts.get(name)).orElseThrow();
  }

  Result apply(String name, String... options) {
    List<String> argv = new ArrayList<>(List.of("reconcile", "apply"));
    argv.addAll(List.of(options));
    return on(name).exec(LIMIT, argv.toArray(String[]::new));
  }

  /** Types a command line. */
  Result type(String name, String line) {
    return on(name).exec(LIMIT, "sh", "-ec", line);
  }

  @Override
  public void close() {
    hosts.values().forEach(TestHost::close);
    network.close();
  }
}
