// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.kind.UserKind;
import dev.reconcile.kind.VenvKind;
import dev.reconcile.model.Address;
import dev.reconcile.model.Declared;
import dev.reconcile.model.DesiredState;
import dev.reconcile.model.Live;
import dev.reconcile.model.LiveState;
import dev.reconcile.model.Origin;
import dev.reconcile.model.Role;
import dev.reconcile.model.RunLimits;
import dev.reconcile.model.State;
import dev.reconcile.model.Step.VenvRecipe;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The users that builds run as are planned only where something is built. */
final class BuildUsersTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0, 0", "1, 0, 1", "2, 0, 2", "5, 0, 3", "2, 1, 1", "1, 1, 0", "0, 1, 0", "3, 3, 0"
  })
  void asManyAreMadeAsAreMissing(int builds, int there, int made) {
    SortedMap<Address, Declared> desired = new TreeMap<>();
    SortedMap<Address, Live> live = new TreeMap<>();
    for (int i = 1; i <= 3; i++) {
      Address user = new Address("user", UserKind.BUILDER + i);
      declare(desired, user, new UserKind.Spec(), Role.BUILDER);
      live.put(user, i <= there ? new Live.Present(new UserKind.Spec(), true) : Live.ABSENT);
    }
    for (int i = 1; i <= builds; i++) {
      Address venv = new Address("venv", "/opt/py_envs/" + i);
      declare(
          desired,
          venv,
          new VenvKind.Spec("python3", "/p", "", "/s/1", VenvRecipe.NONE),
          Role.VENV);
      live.put(venv, Live.ABSENT);
    }
    Plan plan =
        Planner.plan(
            new DesiredState(
                "r",
                desired,
                Map.of(),
                Set.of("app"),
                Set.of(),
                new TreeMap<>(),
                Set.of(),
                new RunLimits(3, 0)),
            new LiveState(live, Map.of(), State.EMPTY, true),
            PlanOptions.DEFAULT);

    List<String> users =
        plan.changes().stream()
            .map(planned -> planned.change().address())
            .filter(address -> address.kind().equals("user"))
            .map(Address::name)
            .toList();
    assertThat(users)
        .isEqualTo(
            IntStream.rangeClosed(there + 1, there + made)
                .mapToObj(i -> UserKind.BUILDER + i)
                .toList());
    assertThat(plan.changes().stream().limit(made))
        .as("before all else")
        .allMatch(planned -> planned.change().address().kind().equals("user"));
    assertThat(plan.unchanged()).as("they are nobody's business").isZero();
  }

  private static void declare(
      SortedMap<Address, Declared> desired, Address address, Record spec, Role role) {
    desired.put(address, new Declared(address, spec, "", role, List.of(), Origin.of("x")));
  }
}
