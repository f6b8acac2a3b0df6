// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.kind;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.host.LocalHost;
import dev.reconcile.host.ProcessRunner;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.io.TempDir;

final class HostKeyTest {
  private static final int APPS = 8;

  @TempDir Path root;

  @RepeatedTest(5)
  void appsThatNeedItAtTheSameTimeGetTheSame() throws Exception {
    LocalHost host = new LocalHost(root, new ProcessRunner(), "run-1", List.of());
    List<Callable<String>> calls = new ArrayList<>();
    for (int i = 0; i < APPS; i++) {
      calls.add(() -> HexFormat.of().formatHex(HostKey.made(host)));
    }
    List<String> keys = new ArrayList<>();
    try (ExecutorService apps = Executors.newFixedThreadPool(APPS)) {
      for (Future<String> call : apps.invokeAll(calls)) {
        keys.add(call.get());
      }
    }
    String kept = HexFormat.of().formatHex(HostKey.of(host.facts()).orElseThrow());
    assertThat(keys).hasSize(APPS).containsOnly(kept);
  }
}
