// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reconcile.host.HostException;
import dev.reconcile.host.LocalHost;
import dev.reconcile.host.ProcessRunner;
import dev.reconcile.model.Address;
import dev.reconcile.model.OwnedResource;
import dev.reconcile.model.Quarantine;
import dev.reconcile.model.Releases;
import dev.reconcile.model.Role;
import dev.reconcile.model.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class StateFileTest {
  @TempDir Path temp;
  private LocalHost host;

  @BeforeEach
  void makeHost() throws Exception {
    host = new LocalHost(temp, new ProcessRunner(), "run", List.of());
  }

  private void write(String text) throws IOException {
    Path file = temp.resolve("var/lib/reconcile/state.json");
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  @Test
  void beforeTheFirstRunNothingIsRemembered() throws Exception {
    assertThat(StateFile.load(host.facts())).isEqualTo(State.EMPTY);
  }

  @Test
  void whatIsSavedIsLoaded() throws Exception {
    Address file = new Address("file", "/etc/a \"quoted\" é");
    Address unit = new Address("unit", "a.service");
    State state =
        new State(
                "https://***@example.com/x",
                "0123",
                new TreeMap<>(
                    Map.of(
                        file,
                            new OwnedResource(
                                file, "shop", Role.SITE, List.of("reload nginx", "b")),
                        unit, new OwnedResource(unit, "", Role.INSTANCE, List.of()))),
                new TreeMap<>(Map.of("reload nginx", "abc", "restart a.service", "")))
            .withProtected(new TreeSet<>(Set.of("blog", "shop")));

    StateFile.save(host, state);

    assertThat(StateFile.load(host.facts())).isEqualTo(state);
    assertThat(Files.getAttribute(temp.resolve("var/lib/reconcile/state.json"), "unix:mode"))
        .isEqualTo(0100640);
  }

  @Test
  void releaseStepsAreLoadedAsTheyWereSaved() throws Exception {
    SortedMap<String, Releases> releases = new TreeMap<>();
    releases.put("blog", Releases.NONE.with("d1", true).with("d2", false));
    releases.put("shop", Releases.NONE.with("d1", false).with("d3", true).with("d1", true));
    State state =
        State.EMPTY.withTrials(
            new State.Trials(
                new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), releases));

    StateFile.save(host, state);
    assertThat(StateFile.load(host.facts())).isEqualTo(state);
    assertThat(releases.get("shop").digests()).containsExactly("d3", "d1");
    assertThat(releases.get("shop").isAhead()).isTrue();
    assertThat(releases.get("blog").isAhead()).isFalse();
  }

  @Test
  void quarantineIsLoadedAsItWasSavedAlsoByAnEarlierVersion() throws Exception {
    SortedMap<String, Quarantine> quarantine = new TreeMap<>();
    quarantine.put("blog", new Quarantine("2:ab", "r1", "it did not come up"));
    quarantine.put(
        "shop",
        new Quarantine("2:cd", "r2", "why")
            .withUndone(new TreeSet<>(Set.of("file /a 2:1")))
            .withUnitFiles(Optional.of(new TreeSet<>(Set.of("/etc/a.conf 1")))));
    quarantine.put(
        "wiki", new Quarantine("2:ef", "r2", "why").withUnitFiles(Optional.of(new TreeSet<>())));
    State state =
        State.EMPTY.withTrials(new State.Trials(quarantine, new TreeMap<>(), new TreeMap<>()));

    StateFile.save(host, state);
    assertThat(StateFile.load(host.facts())).isEqualTo(state);

    write(
        """
        {"format": 1, "quarantine": {
          "blog": {"digest": "2:ab", "run": "r1", "reason": "it did not come up"},
          "shop": {"digest": "2:cd", "run": "r2", "reason": "a person went back to r1"}}}
        """);
    SortedMap<String, Quarantine> earlier = StateFile.load(host.facts()).trials().quarantine();
    assertThat(earlier.get("blog")).isEqualTo(quarantine.get("blog"));
    assertThat(earlier.get("blog").endsWithHost()).isTrue();
    assertThat(earlier.get("shop").endsWithHost()).isFalse();
  }

  @Test
  void whatANewerVersionAddedIsSkipped() throws Exception {
    write(
        """
        {"format": 2, "new": {"a": [1, {"b": null}]}, "repo": "r", "revision": "v",
         "owned": [{"kind": "file", "name": "/a", "role": "FILE", "colour": "red", "more": ["x"]}],
         "activations": {"h": "d"}, "list": [[], {}]}
        """);

    State state = StateFile.load(host.facts());

    assertThat(state.repo()).isEqualTo("r");
    assertThat(state.owned()).containsOnlyKeys(new Address("file", "/a"));
    assertThat(state.activation("h")).isEqualTo("d");
  }

  @Test
  void aKeyOfAnOwnedThingThatIsAMapIsSkippedToo() throws Exception {
    write(
        "{\"owned\": [{\"kind\": \"file\", \"new\": {\"a\": {\"b\": 1}}, \"name\": \"/a\", \"role\":"
            + " \"FILE\"}], \"activations\": {\"h\": \"d\"}}");

    State state = StateFile.load(host.facts());

    assertThat(state.owned()).containsOnlyKeys(new Address("file", "/a"));
    assertThat(state.activation("h")).isEqualTo("d");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "garbage",
        "[]",
        "{\"owned\": [",
        "{\"owned\": {}}",
        "{\"owned\": [{\"kind\": \"file\", \"name\": \"/a\", \"role\": \"KING\"}]}",
        "{\"owned\": [{\"kind\": \"file\", \"name\": \"/a\"}]}",
        "{\"owned\": [1]}",
        "{\"activations\": []}",
        "{\"repo\": \"a\"",
        "\u0000\u0000\u0000\u0000",
      })
  void whatCannotBeUnderstoodSaysWhatToDo(String text) throws Exception {
    write(text);

    assertThatThrownBy(() -> StateFile.load(host.facts()))
        .isInstanceOf(HostException.class)
        .hasMessageContaining("/var/lib/reconcile/state.json cannot be understood")
        .hasMessageContaining("--take-over")
        .hasMessageNotContaining("REDACTED");
  }
}
