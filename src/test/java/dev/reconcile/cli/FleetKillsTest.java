// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.InMemory;
import dev.reconcile.fleet.Gate;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A host of a fleet that is killed while it is at it. */
final class FleetKillsTest {
  private static final int EVERY = Integer.getInteger("reconcile.every", 9);

  @TempDir(factory = InMemory.class)
  Path temp;

  private FleetScene fleet;

  /** The end of the process. */
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  @BeforeEach
  void twoHosts() throws IOException {
    fleet = new FleetScene(temp, "web1", "web2");
    apply("web1");
    apply("web2");
    fleet.fleet("  max_unavailable: 1\n");
    assertThat(fleet.fleet("web1", "start").code()).isEqualTo(ExitCode.OK);
    apply("web1");
    apply("web2");
  }

  private void apply(String host) throws IOException {
    Scene.Ran ran = fleet.apply(host);
    assertThat(ran.code()).as(ran.text()).isEqualTo(ExitCode.OK);
  }

  private int changes() throws IOException {
    AtomicInteger count = new AtomicInteger();
    fleet.afterCall = _ -> count.incrementAndGet();
    fleet.change();
    apply("web1");
    fleet.afterCall = _ -> {};
    apply("web2");
    return count.get();
  }

  @Test
  void theNextRunCompletesItAndFreesTheSlot() throws Exception {
    int changes = changes();
    assertThat(changes).isGreaterThan(10);
    for (int at = 1; at <= changes; at += EVERY) {
      String value = fleet.change();
      AtomicInteger left = new AtomicInteger(at);
      fleet.afterCall =
          _ -> {
            if (left.decrementAndGet() == 0) {
              throw new Killed();
            }
          };
      assertThat(fleet.apply("web1").code()).as("change " + at).isEqualTo(ExitCode.BUG);
      fleet.afterCall = _ -> {};
      Gate gate = fleet.gate();
      if (fleet.shopOn("web1").equals(value)) {
        assertThat(gate.holders()).as("change " + at).containsKey("web1");
      }
      apply("web2");
      if (gate.holders().containsKey("web1")) {
        assertThat(fleet.shopOn("web2")).as("change " + at).isNotEqualTo(value);
      }
      apply("web1");
      assertThat(fleet.shopOn("web1")).as("change " + at).isEqualTo(value);
      assertThat(fleet.builtOn("web1")).noneMatch(tree -> tree.startsWith("."));
      assertThat(fleet.live("web1", "/var/lib/reconcile/preparing")).doesNotExist();
      assertThat(fleet.gate().holders()).as("change " + at).isEmpty();
      apply("web2");
      assertThat(fleet.shopOn("web2")).as("change " + at).isEqualTo(value);
    }
  }

  @Test
  void aHostThatWasKilledGoesOnWithoutTheEngine() throws Exception {
    String value = fleet.change();
    fleet.afterCall =
        call -> {
          if (call.contains("/etc/gunicorn/shop.env")) {
            throw new Killed();
          }
        };
    assertThat(fleet.apply("web1").code()).isEqualTo(ExitCode.BUG);
    fleet.afterCall = _ -> {};
    fleet.engine.isDown = true;
    fleet.change();
    Scene.Ran ran = fleet.apply("web1");
    assertThat(ran.code()).as(ran.text()).isEqualTo(ExitCode.OK);
    assertThat(fleet.shopOn("web1")).isEqualTo(value);
    assertThat(fleet.record("web1")).contains("\"WELL\"");
    fleet.engine.isDown = false;
    apply("web1");
    assertThat(fleet.shopOn("web1")).isEqualTo("2");
  }
}
