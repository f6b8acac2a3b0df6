// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.host.CommandRunner.Result;
import dev.reconcile.model.Diagnostic;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code doctor} finds about an engine, a real one where that can have the fault. */
final class EngineCheckupTest {
  private static final String GROUP = "web";

  @TempDir static Path temp;
  private static RealEtcd etcd;

  @BeforeAll
  static void start() throws Exception {
    RealEtcd.assumeInstalled();
    etcd = RealEtcd.start(temp, 3, Optional.empty());
    Engine engine = etcd.engine(GROUP);
    Gate gate = Fleets.gate(Fleets.numbers(1));
    Exchange first = new Exchange(Optional.of(gate), new Exchange.KeepRow());
    assertThat(engine.exchange(engine.read("web1"), first).isDone()).isTrue();
  }

  @AfterAll
  static void end() {
    if (etcd != null) {
      etcd.close();
    }
  }

  private static List<Diagnostic> findings(String group, FleetRecord record) {
    List<String> urls = List.of(etcd.url(0), etcd.url(1), etcd.url(2));
    return new EngineCheckup(RealEtcd::run, new EngineAddress(urls, group), "", "web1")
        .find(record)
        .findings();
  }

  private static String only(List<Diagnostic> findings) {
    assertThat(findings).hasSize(1);
    Diagnostic one = findings.getFirst();
    return one.summary() + ": " + one.detail() + " $ " + one.command().orElseThrow();
  }

  @Test
  void anEngineThatIsWellIsNotChanged() throws Exception {
    Reading before = etcd.engine(GROUP).read("web1");
    assertThat(findings(GROUP, FleetRecord.EMPTY)).isEmpty();
    assertThat(etcd.engine(GROUP).read("web1")).isEqualTo(before);
  }

  @Test
  void aGroupThatWasNeverStarted() {
    assertThat(only(findings("other", FleetRecord.EMPTY)))
        .contains("The engine has no record of this group", "$ reconcile fleet start");
  }

  @Test
  void anEngineThatWasRestored() {
    FleetRecord record = FleetRecord.EMPTY.seeing(new Seen(1, 1_000_000, 5));
    assertThat(only(findings(GROUP, record))).contains("older", "$ reconcile fleet start --again");
  }

  @Test
  void aMemberThatIsDown() throws Exception {
    etcd.kill(2);
    try {
      assertThat(only(findings(GROUP, FleetRecord.EMPTY)))
          .contains("Member of the engine down", etcd.url(2));
    } finally {
      etcd.restart(2);
    }
  }

  // Its answers are those of etcd 3.4.23, with greater numbers.
  private static List<Diagnostic> answering(String status, String first) {
    return new EngineCheckup(
            command -> {
              String verb = command.argv().get(1);
              String out =
                  switch (verb) {
                    case "endpoint" -> status;
                    case "get" -> first;
                    default -> RealEtcd.run(command).out();
                  };
              return new Result(out.isEmpty() ? 1 : 0, out, out.isEmpty() ? "compacted" : "");
            },
            new EngineAddress(List.of(etcd.url(0)), GROUP),
            "",
            "web1")
        .find(FleetRecord.EMPTY)
        .findings();
  }

  private static String status(long size, String more) {
    return """
    [{"Endpoint":"%s","Status":{"header":{"cluster_id":6427660633804332318,"revision":3},\
    "version":"3.4.23","dbSize":%d,"leader":5723387596130578122,"dbSizeInUse":16384%s}}]
    """
        .formatted(etcd.url(0), size, more);
  }

  @Test
  void aDatabaseThatGrows() {
    assertThat(answering(status(1L << 30, ""), "")).isEmpty();
    assertThat(only(answering(status(1800L << 20, ""), "")))
        .contains("Engine nearly full", "1800 MiB");
    assertThat(only(answering(status(1, ",\"errors\":[\"memberID:5 alarm:NOSPACE \"]"), "")))
        .contains("Engine nearly full", "is full");
  }

  @Test
  void anEngineThatKeepsEveryState() {
    assertThat(answering(status(1, ""), "{\"header\":{\"revision\":4000}}")).isEmpty();
    assertThat(only(answering(status(1, ""), "{\"header\":{\"revision\":6000}}")))
        .contains("Engine without compaction", "ETCD_AUTO_COMPACTION_RETENTION=1h");
  }

  @Test
  void anAnswerThatIsNoneIsNoFinding() {
    assertThat(answering("", "")).isEmpty();
    assertThat(answering("{}", "nonsense")).isEmpty();
  }

  @Test
  void membersThatAreClustersOfTheirOwn() {
    String one = status(1, "").strip();
    String other = one.replace("6427660633804332318", "6427660633804332319");
    String both = one.replaceFirst("]$", ",") + other.replaceFirst("^\\[", "");
    assertThat(only(answering(both, "")))
        .contains("Members of several clusters", "2 clusters", "rm -r /var/lib/etcd/default");
  }
}
