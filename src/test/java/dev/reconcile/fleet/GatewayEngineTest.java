// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.fleet;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** The engine of the tests with many hosts, which must do what that of a host does. */
final class GatewayEngineTest extends EngineContract {
  @TempDir static Path temp;
  private static RealEtcd etcd;
  private static int groups;

  @BeforeAll
  static void start() throws Exception {
    RealEtcd.assumeInstalled();
    etcd = RealEtcd.start(temp, 1, Optional.empty());
  }

  @AfterAll
  static void end() {
    if (etcd != null) {
      etcd.close();
    }
  }

  @Override
  Engine engine() {
    groups++;
    return etcd.gateway("group" + groups, 0);
  }
}
