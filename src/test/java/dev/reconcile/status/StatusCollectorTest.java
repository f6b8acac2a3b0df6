// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.app.Ports;
import dev.reconcile.host.HostException;
import dev.reconcile.host.LocalHost;
import dev.reconcile.host.ProcessRunner;
import dev.reconcile.kind.FileKind;
import dev.reconcile.kind.PackageKind;
import dev.reconcile.kind.VenvKind;
import dev.reconcile.model.Address;
import dev.reconcile.model.Change;
import dev.reconcile.model.Content;
import dev.reconcile.model.Declared;
import dev.reconcile.model.FileAttributes;
import dev.reconcile.model.Handler;
import dev.reconcile.model.Origin;
import dev.reconcile.model.OwnedResource;
import dev.reconcile.model.Phase;
import dev.reconcile.model.Role;
import dev.reconcile.model.State;
import dev.reconcile.model.Step.VenvRecipe;
import dev.reconcile.plan.PendingHandler;
import dev.reconcile.plan.Plan;
import dev.reconcile.plan.PlanBuilder;
import dev.reconcile.plan.PlannedChange;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a plan means for an app. */
final class StatusCollectorTest {
  private static final String RESTART = "restart gunicorn@shop.service";

  @TempDir Path root;

  /** Of the app shop, which is owed a restart, when something of another is to be removed. */
  private Drift drift(String changed) throws HostException {
    OwnedResource other = owned("/etc/other", changed);
    return drift(new Change.Delete(new PackageKind.Spec(), other), other);
  }

  private Drift drift(Change change, OwnedResource... others) throws HostException {
    return drift(List.of(change), others);
  }

  private Drift drift(List<Change> changes, OwnedResource... others) throws HostException {
    OwnedResource shop = owned("/etc/gunicorn/shop.env", "shop");
    Handler restart = new Handler(RESTART, Phase.INSTANCES, List.of(), List.of(), "shop");
    Plan plan =
        PlanBuilder.of("abc")
            .changes(changes.stream().map(change -> new PlannedChange(change, List.of())).toList())
            .handlers(
                List.of(
                    new PendingHandler(
                        restart, "an earlier run owes it", List.of(), new TreeMap<>())))
            .build();
    TreeMap<Address, OwnedResource> all = new TreeMap<>();
    all.put(shop.address(), shop);
    for (OwnedResource other : others) {
      all.put(other.address(), other);
    }
    HostStatus status =
        StatusCollector.of(
            new LocalHost(root, new ProcessRunner(), "test", List.of()),
            new State("", "", all, new TreeMap<>()),
            new ExpectedState(List.of(), Ports.NONE, Optional.of(plan), ""),
            new StatusContext("host", Instant.EPOCH, false, List.of()));
    return status.apps().stream()
        .filter(app -> app.name().equals("shop"))
        .findFirst()
        .orElseThrow()
        .drift();
  }

  private static OwnedResource owned(String path, String app) {
    return new OwnedResource(new Address("file", path), app, Role.FILE, List.of());
  }

  @Test
  void anOwedRestartIsDriftWhateverElseIsOfAnotherApp() throws HostException {
    assertThat(drift("blog").what()).containsExactly(RESTART + " (an earlier run owes it)");
  }

  @Test
  void aVirtualenvIsNamedWithItsInterpreterThatIsGone() throws HostException {
    Change change = new Change.Update(venv("/usr/bin/python3.9"), declared(venv("/usr/bin/true")));
    assertThat(drift(change).what())
        .containsExactly("update venv /srv/venv (its interpreter /usr/bin/python3.9 is gone)");
  }

  private static VenvKind.Spec venv(String interpreter) {
    return new VenvKind.Spec("python3", interpreter, "", "/store/shop/1", VenvRecipe.NONE);
  }

  private static Declared declared(VenvKind.Spec spec) {
    return new Declared(
        new Address("venv", "/srv/venv"),
        spec,
        "shop",
        Role.VENV,
        List.of(),
        Origin.of("apps/shop.yaml"));
  }

  @Test
  void anAppThatTakesANameOfAnotherWaitsForIt() throws HostException {
    OwnedResource old = new OwnedResource(site("blog"), "blog", Role.SITE, List.of());
    Declared taker =
        new Declared(
            site("shop"), site(), "shop", Role.SITE, List.of(), Origin.of("apps/shop.yaml"));

    Drift drift = drift(List.of(new Change.Create(taker), new Change.Delete(site(), old)), old);

    assertThat(drift.differences().getFirst().problem())
        .isEqualTo(
            "It waits for blog, from which it takes the server name example.com, because a run"
                + " changes both apps or neither");
  }

  private static Address site(String app) {
    return new Address("file", "/etc/nginx/sites-available/" + app);
  }

  private static FileKind.Spec site() {
    return new FileKind.Spec(
        Content.of("server { server_name example.com; }"), FileAttributes.root(0644));
  }

  @Test
  void whatMayFollowFromAChangeOfTheHostIsNone() throws HostException {
    assertThat(drift("").state()).isEqualTo(Drift.State.NONE);
  }
}
