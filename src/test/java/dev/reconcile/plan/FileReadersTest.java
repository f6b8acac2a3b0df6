// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.kind.FileKind;
import dev.reconcile.kind.UnitKind;
import dev.reconcile.model.Address;
import dev.reconcile.model.Change;
import dev.reconcile.model.Content;
import dev.reconcile.model.Declared;
import dev.reconcile.model.DesiredState;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.FileAttributes;
import dev.reconcile.model.Handler;
import dev.reconcile.model.Live;
import dev.reconcile.model.LiveState;
import dev.reconcile.model.Origin;
import dev.reconcile.model.OwnedResource;
import dev.reconcile.model.Phase;
import dev.reconcile.model.Quarantine;
import dev.reconcile.model.Role;
import dev.reconcile.model.RunLimits;
import dev.reconcile.model.State;
import dev.reconcile.model.Step;
import dev.reconcile.model.UnreachableSite;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who takes up a file that somebody declares, and what an earlier version remembers of that. */
final class FileReadersTest {
  private static final String ETC = "/etc/systemd/system/";
  private static final String SHOP = "restart gunicorn@shop.service";
  private static final String CHECK = "check shop";

  private final Map<Address, Declared> declared = new LinkedHashMap<>();
  private final Map<String, Handler> handlers = new LinkedHashMap<>();
  private final Map<Address, Live> live = new LinkedHashMap<>();
  private final SortedMap<Address, OwnedResource> owned = new TreeMap<>();
  private final SortedMap<String, String> activations = new TreeMap<>();
  private final SortedMap<String, Quarantine> quarantine = new TreeMap<>();
  private final SortedMap<String, Step.Probe> probes = new TreeMap<>();
  private String healthPath = "/";

  @BeforeEach
  void twoAppsAndAUnit() {
    add(new Handler("daemon-reload", Phase.DAEMON_RELOAD, reload(), List.of(), ""));
    add(new Handler("reload nginx", Phase.NGINX_RELOAD, reload(), List.of(), ""));
    add(restart("worker.service", ""));
    for (String app : List.of("shop", "my-blog")) {
      add(restart("gunicorn@" + app + ".service", app));
      add(restart("gunicorn@" + app + ".socket", app));
      runs("gunicorn@" + app + ".service", app);
    }
    runs("nginx.service", "");
    declare(ETC + "worker.service", "", Role.UNIT_FILE, "daemon-reload", "restart worker.service");
    declare("/etc/gunicorn/shop.env", "shop", Role.FILE, SHOP);
    check();
    converge();
  }

  private static List<Step> reload() {
    return List.of(new Step.Systemctl(Step.UnitVerb.DAEMON_RELOAD, ""));
  }

  private static Handler restart(String unit, String app) {
    List<Step> steps = List.of(new Step.Systemctl(Step.UnitVerb.RESTART, unit));
    return new Handler("restart " + unit, Phase.INSTANCES, steps, List.of(), app);
  }

  private void check() {
    String unit = "gunicorn@shop.service";
    Step.Probe probe =
        new Step.Probe(unit, "", "unix:/x", healthPath, "h", 200, 399, Duration.ofSeconds(9));
    List<Step> asking = List.of(new Step.AwaitHealth(probe));
    handlers.put(CHECK, new Handler(CHECK, Phase.INSTANCES, asking, List.of(), "shop"));
    probes.putIfAbsent("shop", probe);
  }

  private void add(Handler handler) {
    handlers.put(handler.id(), handler);
  }

  private void runs(String unit, String app) {
    Address address = new Address("unit", unit);
    UnitKind.Spec up = new UnitKind.Spec(true);
    Role role = app.isEmpty() ? Role.NEEDED : Role.INSTANCE;
    List<String> notifies = app.isEmpty() ? List.of() : List.of("restart " + unit);
    declared.put(address, new Declared(address, up, app, role, notifies, Origin.of("x")));
  }

  private Address declare(String path, String app, Role role, String... notifies) {
    return declareAs("[Service]\nNice=5\n", path, app, role, notifies);
  }

  private Address declareAs(String text, String path, String app, Role role, String... notifies) {
    Address address = new Address("file", path);
    FileKind.Spec spec = new FileKind.Spec(Content.of(text), FileAttributes.root(0644));
    declared.put(
        address, new Declared(address, spec, app, role, List.of(notifies), Origin.of("x")));
    return address;
  }

  private DesiredState desired() {
    return new DesiredState(
        "r",
        new TreeMap<>(declared),
        handlers,
        Set.of("shop", "my-blog"),
        Set.of(),
        new TreeMap<>(),
        Set.of(),
        new RunLimits(3, 0));
  }

  private State state() {
    return new State("repo", "r1", owned, activations)
        .withTrials(new State.Trials(quarantine, probes, new TreeMap<>()));
  }

  private Plan plan() {
    return Planner.plan(
        desired(),
        new LiveState(new TreeMap<>(live), Map.of(), state(), true),
        PlanOptions.DEFAULT);
  }

  private void converge() {
    plan().handlers().forEach(one -> activations.putAll(one.activations()));
    present();
    assertThat(due()).as("nothing is left to do").isEmpty();
  }

  /** All that is declared is there, and is remembered as an earlier version did. */
  private void present() {
    for (Declared one : declared.values()) {
      live.put(one.address(), new Live.Present(one.spec(), false));
      owned.put(one.address(), OwnedResource.of(one));
    }
  }

  private List<String> due() {
    return plan().handlers().stream().map(one -> one.handler().id()).toList();
  }

  @ParameterizedTest
  @CsvSource({
    "gunicorn@shop.service.d/50.conf, restart gunicorn@shop.service",
    "gunicorn@shop.socket.d/50.conf, restart gunicorn@shop.socket",
    "gunicorn@my-blog.service.d/50.conf, restart gunicorn@my-blog.service",
    "gunicorn@shop.service, restart gunicorn@shop.service",
    "gunicorn@.service.d/x.conf, restart gunicorn@my-blog.service restart gunicorn@shop.service",
    "gunicorn@.socket.d/x.conf, restart gunicorn@my-blog.socket restart gunicorn@shop.socket",
    "worker.service.d/50.conf, restart worker.service",
    "redis-server.service.d/50.conf, restart redis-server.service",
    "postgresql@.service.d/50.conf, restart postgresql@*.service",
    "cron.timer.d/50.conf, restart cron.timer",
  })
  void fileOfAUnitIsTakenUpByWhatRunsFromIt(String path, String restarts) {
    Address file = declare(ETC + path, "", Role.HOST_FILE);
    String words = String.join(" ", due());

    assertThat(words).isEqualTo("daemon-reload " + restarts);
    assertThat(plan().changes().getFirst().actions().getFirst().phase())
        .isEqualTo(Phase.UNIT_FILES);
    converge();

    // it goes, and so does what it said; an earlier version remembers no readers
    declared.remove(file);
    assertThat(String.join(" ", due())).isEqualTo(words);
    assertThat(plan().changes().getFirst().actions().getFirst().phase())
        .as("it is gone before anything is restarted")
        .isEqualTo(Phase.UNIT_FILES);
  }

  @ParameterizedTest
  @CsvSource({
    "service.d/50.conf, 4", "foo-.service.d/50.conf, 1", "dbus.service.d/50.conf, 1",
    "home.mount.d/50.conf, 1", "user.slice.d/50.conf, 1", "gunicorn@other.service.d/50.conf, 1",
  })
  void othersAreOnlyLoaded(String path, int handlersDue) {
    declare(ETC + path, "", Role.HOST_FILE);
    assertThat(due()).contains("daemon-reload").hasSize(handlersDue);
  }

  @Test
  void nginxIsNotRestartedAndThatIsSaid() {
    declare(ETC + "nginx.service.d/limits.conf", "", Role.HOST_FILE);
    assertThat(due()).containsExactly("daemon-reload");
    assertThat(plan().diagnostics())
        .extracting(Diagnostic::command)
        .contains(Optional.of("systemctl restart nginx.service"));
  }

  @Test
  void fileOfNginxIsReloaded() {
    declare("/etc/nginx/conf.d/own.conf", "", Role.HOST_FILE);
    assertThat(due()).containsExactly("reload nginx");
    converge();
    declared.remove(new Address("unit", "nginx.service"));
    declare("/etc/nginx/conf.d/more.conf", "", Role.HOST_FILE);
    assertThat(due()).as("without any site nobody needs nginx").isEmpty();
  }

  @Test
  void environmentOfAnAppBelongsToIt() {
    declareAs(
        "[Service]\nEnvironmentFile=-/etc/shop/extra\n",
        ETC + "gunicorn@shop.service.d/50.conf",
        "",
        Role.HOST_FILE);
    declare("/etc/shop/extra", "", Role.HOST_FILE);
    assertThat(plan().changes()).extracting(one -> one.change().app()).containsOnly("shop");
    converge();
    declareAs("A=2\n", "/etc/shop/extra", "", Role.HOST_FILE);
    assertThat(due()).containsExactly(SHOP);
  }

  @Test
  void dropInOfAnAppIsPartOfItsRevision() {
    String before = Planner.digests(desired(), Set.of("shop")).get("shop");
    declare(ETC + "gunicorn@shop.service.d/50.conf", "", Role.HOST_FILE);

    assertThat(plan().changes()).extracting(one -> one.change().app()).containsExactly("shop");
    assertThat(Planner.digests(desired(), Set.of("shop")).get("shop")).isNotEqualTo(before);
  }

  @Test
  void onlyOneAppDoesNotReachTheOthers() {
    declare(ETC + "gunicorn@.service.d/50.conf", "", Role.HOST_FILE);
    declare(ETC + "gunicorn@shop.service.d/50.conf", "", Role.HOST_FILE);
    Plan plan =
        Planner.plan(
            desired(),
            new LiveState(new TreeMap<>(live), Map.of(), state(), true),
            new PlanOptions(false, true, -1, Set.of("shop")));
    assertThat(plan.changes())
        .extracting(one -> one.change().address().name())
        .containsExactly(ETC + "gunicorn@shop.service.d/50.conf");
  }

  @Test
  void changedHealthCheckIsAskedAndNothingIsRestarted() {
    healthPath = "/hello";
    check();
    assertThat(plan().changes()).isEmpty();
    assertThat(due()).containsExactly(CHECK);
    assertThat(plan().handlers().getFirst().activations()).isEmpty();

    probes.clear();
    assertThat(due()).as("one that has never answered is asked when it is started").isEmpty();
  }

  @Test
  void appThatDoesNotRunIsAskedWhenItIsStarted() {
    healthPath = "/hello";
    check();
    Address unit = new Address("unit", "gunicorn@shop.service");
    live.put(unit, new Live.Present(new UnitKind.Spec(false), true));
    assertThat(due()).containsExactly(SHOP);
  }

  @Test
  void digestsOfAnEarlierVersionShowNoRestart() {
    declare(ETC + "gunicorn@shop.service.d/50.conf", "", Role.HOST_FILE);
    declare(ETC + "redis.service.d/50.conf", "", Role.HOST_FILE);
    present();
    activations.clear();
    activations.putAll(Digests.earlier(desired()));
    quarantine.put("shop", new Quarantine(Digests.earlierOfApp(desired(), "shop"), "r0", "why"));

    assertThat(plan().changes()).isEmpty();
    assertThat(due()).isEmpty();
    assertThat(plan().held()).containsOnlyKeys("shop");

    // what was written down anew is told from then on
    State upgraded = StateUpgrade.of(state(), desired());
    activations.putAll(upgraded.activations());
    quarantine.putAll(upgraded.trials().quarantine());
    assertThat(StateUpgrade.of(state(), desired())).isEqualTo(state());
    assertThat(due()).isEmpty();
    assertThat(plan().held()).containsOnlyKeys("shop");
    healthPath = "/hello";
    check();
    assertThat(plan().held()).as("it ends when the health check changes").isEmpty();
  }

  @Test
  void siteThatVisitorsDidNotReachStaysRecorded() {
    declare(ETC + "gunicorn@shop.service.d/50.conf", "", Role.HOST_FILE);
    present();
    activations.clear();
    activations.putAll(Digests.earlier(desired()));
    SortedMap<String, UnreachableSite> unreached =
        new TreeMap<>(Map.of("shop", new UnreachableSite("Port not open", false)));
    State earlier =
        state()
            .withTrials(
                new State.Trials(new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), unreached));

    State upgraded = StateUpgrade.of(earlier, desired());

    assertThat(upgraded).isNotEqualTo(earlier);
    assertThat(upgraded.trials().unreached()).isEqualTo(unreached);
  }

  @Test
  void whatAnEarlierVersionOwedIsStillOwed() {
    declare(ETC + "gunicorn@shop.service.d/50.conf", "", Role.HOST_FILE);
    present();
    activations.clear();
    activations.putAll(Digests.earlier(desired()));
    activations.remove(SHOP);
    assertThat(due()).containsExactly(SHOP);
    activations.put(SHOP, "0123456789abcdef0123456789abcdef");
    assertThat(due()).containsExactly(SHOP);
  }

  // from the state.json of the version before
  @Test
  void earlierDigestsAreWhatTheyWere() {
    declared.clear();
    declareAs("A=1\n", "/etc/gunicorn/shop.env", "shop", Role.FILE, SHOP);
    declare(ETC + "gunicorn@shop.service.d/50.conf", "", Role.HOST_FILE);
    declare(ETC + "redis.service.d/50.conf", "", Role.HOST_FILE);
    String known = "d0d418abcdf6c2df4ed288113040c017";
    assertThat(Digests.earlier(desired())).containsExactlyEntriesOf(Map.of(SHOP, known));
    assertThat(Digests.earlierOfApp(desired(), "shop")).isEqualTo(known);
  }

  @Test
  void removalOfADropInIsNoBudgetOfItsApp() {
    Address file = declare(ETC + "gunicorn@shop.service.d/50.conf", "", Role.HOST_FILE);
    converge();
    declared.remove(file);
    assertThat(plan().changes()).hasSize(1);
    assertThat(plan().changes().getFirst().change()).isInstanceOf(Change.Delete.class);
    assertThat(plan().hasErrors()).isFalse();
  }
}
