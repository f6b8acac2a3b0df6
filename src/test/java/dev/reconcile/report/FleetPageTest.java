// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.fleet.Gate;
import dev.reconcile.fleet.Gate.Holder;
import dev.reconcile.fleet.HostRow.State;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The status of groups as a page for a browser. */
final class FleetPageTest {
  private static final String HOSTILE = "<script>alert('x')</script>&\"";

  private final FleetSample fleet = new FleetSample();

  private String page(boolean isTried, boolean all) {
    return FleetPage.of(fleet.status(isTried), FleetSample.NOW, all, "1.2.3");
  }

  private static String words(String html) {
    return html.replaceAll("(?s)<style>.*</style>", "")
        .replaceAll("<[^>]*>", " ")
        .replaceAll("\\s+", " ");
  }

  private void rollout() {
    fleet.row("web1", 18, FleetSample.CANDIDATE, State.SOAKING, 4);
    fleet.row("web2", 17, FleetSample.STABLE, State.WELL, 60);
    fleet.row("web3", 17, FleetSample.STABLE, State.FAILED, 5, "shop: no answer; taken back");
    fleet.row("web4", 16, FleetSample.BEFORE, State.WELL, 3000);
    fleet.row("web8", 17, FleetSample.STABLE, State.AT_IT, 42);
    fleet.holders.put("web8", new Holder(17, false));
    fleet.failed.put("web3", 17);
  }

  @Test
  void itHasWhatTheTextHas() {
    rollout();
    String words = words(page(true, false));
    for (String line : FleetText.of(fleet.status(true), FleetSample.NOW, false).lines().toList()) {
      for (String cell : line.strip().split("  +", -1)) {
        assertThat(words).containsIgnoringCase(cell);
      }
    }
  }

  @Test
  void itHasTheCommitsOfEachReleaseAndABar() {
    rollout();
    fleet.sources.put("https://git.test/shop main", "c".repeat(40));
    String page = page(true, false);
    assertThat(words(page))
        .contains(FleetSample.STABLE, FleetSample.CANDIDATE, "c".repeat(40))
        .contains("https://git.test/shop main")
        .contains("2 have it, 1 at it, 1 failed, 1 not yet")
        .contains("1 must stay well");
    assertThat(page)
        .contains(
            """
            <span class="have" style="flex-grow:2"></span>\
            <span class="at-it" style="flex-grow:1"></span>\
            <span class="failed" style="flex-grow:1"></span>\
            <span class="wait" style="flex-grow:1"></span>\
            """);
    fleet.proved.add("web1");
    assertThat(words(page(true, false))).contains("1 have proved it");
  }

  @Test
  void itNeedsNothingAndObeysNothing() {
    fleet.row(HOSTILE, 17, FleetSample.STABLE, State.UNWELL, 1, HOSTILE + " failed");
    fleet.holders.put(HOSTILE, new Holder(17, false));
    fleet.sources.put(HOSTILE + " source", "c".repeat(40));
    fleet.held = Optional.of(new Gate.Held(HOSTILE + " on web1", HOSTILE + " reason"));
    String page = page(true, true);
    assertThat(page)
        .contains("default-src 'none'")
        .doesNotContain("<script", "@import", "url(http", "src=", "alert('");
    assertThat(page.split("href=", -1)).as("the icon alone, which is none").hasSize(2);
    assertThat(words(page))
        .contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;&quot; failed")
        .contains("&quot; reason", "&quot; on web1", "&quot; source");
  }

  @Test
  void whatNeedsAnAdministratorIsSaidFirst() {
    rollout();
    assertThat(words(page(true, false)))
        .contains("Needs attention web3 failed: shop: no answer; taken back");
    fleet.held = Optional.of(new Gate.Held("ann on web1", "the bank is down"));
    assertThat(page(true, false)).contains("<title>✗ web</title>");
    assertThat(words(page(true, false)))
        .contains("ann on web1 has halted the rollout: the bank is down reconcile fleet resume");
  }

  @Test
  void aGroupThatIsWellNeedsNoAttention() {
    fleet.row("web1", 17, FleetSample.STABLE, State.WELL, 4);
    assertThat(page(false, false)).contains("<title>✓ web</title>").doesNotContain("attention\"");
    assertThat(words(page(false, false))).contains("complete: 1 of 1 hosts have it");
  }

  @Test
  void aThousandHostsShowWhatIsOfNote() {
    for (int i = 0; i < 1000; i++) {
      fleet.row("host%03d".formatted(i), 17, FleetSample.STABLE, State.WELL, 4);
    }
    fleet.row("web1", 17, FleetSample.STABLE, State.WELL, 4);
    fleet.row("late1", 16, FleetSample.BEFORE, State.WELL, 4);
    for (int i = 0; i < 40; i++) {
      fleet.row("bad%02d".formatted(i), 17, FleetSample.STABLE, State.FAILED, 4, "shop: down");
      fleet.failed.put("bad%02d".formatted(i), 17);
    }
    String page = page(false, false);
    assertThat(words(page))
        .contains(
            "1001 more hosts are well.", "late1 16", "bad39 17", "20 more hosts are in trouble")
        .doesNotContain("host007");
    assertThat(page.length()).isLessThan(40_000);
    assertThat(words(page(false, true))).contains("host007").doesNotContain("more hosts are well");
  }
}
