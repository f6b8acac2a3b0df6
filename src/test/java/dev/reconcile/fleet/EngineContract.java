// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What every engine does. A test of an engine implements {@link #engine}. */
abstract class EngineContract {
  private static final Gate GATE = Fleets.gate(Fleets.numbers(1, "web1"));
  private static final HostRow ROW = Fleets.row(Fleets.MACHINE);

  /** Returns an engine, of a group about which it knows nothing. */
  abstract Engine engine() throws Exception;

  private static Exchange gate(Gate next) {
    return new Exchange(Optional.of(next), new Exchange.KeepRow());
  }

  private static Exchange both(Gate next, HostRow row) {
    return new Exchange(Optional.of(next), new Exchange.WriteRow(row));
  }

  private static Gate halted(String why) {
    return new Operators(FleetRules.CONTRACT).halt(GATE, "root on web1", why);
  }

  @Test
  void aGroupWithoutARecordHasNeitherGateNorRows() throws Exception {
    Engine engine = engine();
    assertThat(engine.read("web1"))
        .isEqualTo(new Reading("web1", 0, Optional.empty(), 0, Optional.empty(), false));
    assertThat(engine.revision()).isZero();
    assertThat(engine.rows().byHost()).isEmpty();
  }

  @Test
  void anExchangeIsThereForTheNextReading() throws Exception {
    Engine engine = engine();
    Engine.Answer answer = engine.exchange(engine.read("web1"), both(GATE, ROW));

    assertThat(answer.isDone()).isTrue();
    assertThat(answer.now().isOwn()).isTrue();
    Reading read = engine.read("web1");
    assertThat(read.gate()).contains(GATE);
    assertThat(read.row()).contains(ROW);
    assertThat(read.isOwn()).isFalse();
    assertThat(read.revision()).isEqualTo(answer.now().revision()).isPositive();
    assertThat(engine.revision()).isEqualTo(read.revision());
    assertThat(read.rowRevision()).isEqualTo(answer.now().rowRevision()).isPositive();
    assertThat(engine.rows().byHost()).containsOnly(Map.entry("web1", Optional.of(ROW)));
  }

  @Test
  void afterAChangeOfTheGateAnEarlierReadingIsOfNoUse() throws Exception {
    Engine engine = engine();
    Reading early = engine.read("web1");
    engine.exchange(engine.read("web2"), gate(GATE));

    Engine.Answer late = engine.exchange(early, both(halted("late"), ROW));

    assertThat(late.isDone()).isFalse();
    assertThat(late.now()).isEqualTo(engine.read("web1"));
    assertThat(late.now().gate()).contains(GATE);
    assertThat(late.now().row()).as("neither half is made").isEmpty();
  }

  @Test
  void theSameGateAgainIsAChangeToo() throws Exception {
    Engine engine = engine();
    engine.exchange(engine.read("web1"), gate(GATE));
    Reading early = engine.read("web1");
    engine.exchange(early, gate(GATE));
    assertThat(engine.exchange(early, gate(halted("late"))).isDone()).isFalse();
  }

  @Test
  void aRowAloneDoesNotDependOnTheGate() throws Exception {
    Engine engine = engine();
    Reading early = engine.read("web1");
    engine.exchange(engine.read("web2"), gate(GATE));
    Exchange rowOnly = new Exchange(Optional.empty(), new Exchange.WriteRow(ROW));

    Engine.Answer answer = engine.exchange(early, rowOnly);

    assertThat(answer.isDone()).isTrue();
    assertThat(answer.now().isOwn()).as("the gate is not this run's").isFalse();
    assertThat(engine.read("web1").gate()).contains(GATE);
    assertThat(engine.read("web1").row()).contains(ROW);
  }

  /** Two machines with one name. */
  @Test
  void aRowIsComparedToo() throws Exception {
    Engine engine = engine();
    Reading early = engine.read("web1");
    Exchange rowOnly = new Exchange(Optional.empty(), new Exchange.WriteRow(ROW));
    engine.exchange(early, rowOnly);
    assertThat(engine.exchange(early, rowOnly).isDone()).isFalse();
    assertThat(engine.exchange(early, gate(GATE)).isDone()).as("the gate alone").isTrue();
  }

  @Test
  void aRowCanBeRemoved() throws Exception {
    Engine engine = engine();
    engine.exchange(engine.read("web1"), both(GATE, ROW));
    Exchange forget = new Exchange(Optional.of(GATE), new Exchange.RemoveRow());

    Engine.Answer answer = engine.exchange(engine.read("web1"), forget);

    assertThat(answer.isDone()).isTrue();
    assertThat(answer.now().row()).isEmpty();
    assertThat(answer.now().rowRevision()).isZero();
    assertThat(engine.rows().byHost()).isEmpty();
  }

  /** A person types the reason, and a program its failures. */
  @Test
  void noCharacterIsLost() throws Exception {
    Engine engine = engine();
    String text = "it's \"so\" \\n \\ $(x) `y` <&> ü 日本 🙂 %s {} 'a' mod(\"x\") = \"0\"";
    HostRow row =
        new HostRow(
            ROW.machines(), 1, ROW.commit(), HostRow.State.FAILED, List.of(text), "1", Fleets.TIME);
    engine.exchange(engine.read("web1"), both(halted(text), row));
    assertThat(engine.read("web1").gate().orElseThrow().held().orElseThrow().why()).isEqualTo(text);
    assertThat(engine.read("web1").row().orElseThrow().failures()).containsExactly(text);
  }

  @Test
  void ofManyAtOnceOneIsMade() throws Exception {
    Engine engine = engine();
    engine.exchange(engine.read("web1"), gate(GATE));
    Reading early = engine.read("web1");
    List<Callable<Boolean>> all = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      String why = "number " + i;
      all.add(() -> engine.exchange(early, gate(halted(why))).isDone());
    }
    int made = 0;
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      for (Future<Boolean> one : threads.invokeAll(all)) {
        made += one.get() ? 1 : 0;
      }
    }
    assertThat(made).isEqualTo(1);
  }
}
