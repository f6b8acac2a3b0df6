// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.reconcile.InMemory;
import dev.reconcile.host.Command;
import dev.reconcile.host.CommandRunner;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.host.LocalHost;
import dev.reconcile.kind.CheckoutKind;
import dev.reconcile.kind.FileKind;
import dev.reconcile.kind.Observer;
import dev.reconcile.kind.UnitKind;
import dev.reconcile.model.Address;
import dev.reconcile.model.AppSandbox;
import dev.reconcile.model.Content;
import dev.reconcile.model.Declared;
import dev.reconcile.model.DesiredState;
import dev.reconcile.model.FileAttributes;
import dev.reconcile.model.Handler;
import dev.reconcile.model.Layout;
import dev.reconcile.model.Live;
import dev.reconcile.model.LiveState;
import dev.reconcile.model.Origin;
import dev.reconcile.model.Phase;
import dev.reconcile.model.PhasedStep;
import dev.reconcile.model.Release;
import dev.reconcile.model.Role;
import dev.reconcile.model.RunLimits;
import dev.reconcile.model.State;
import dev.reconcile.model.Step;
import dev.reconcile.model.Step.TreeRef;
import dev.reconcile.plan.Plan;
import dev.reconcile.plan.PlanOptions;
import dev.reconcile.plan.Planner;
import dev.reconcile.state.StateFile;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Apps that are changed side by side, in interleavings that follow from seeds: two that work, one
 * whose new revision fails its rehearsal, one that does not start and is rolled back meanwhile. Two
 * of them have release steps.
 */
final class InterleavingTest {
  private static final List<String> APPS = List.of("api", "blog", "cart", "docs");
  private static final String UNHEALTHY_IN_REHEARSAL = "blog";
  private static final String UNABLE_TO_START = "cart";
  private static final List<String> WITH_RELEASE_STEPS = List.of("blog", "docs");
  private static final int STEPS = 2;
  private static final int SEEDS = 150;

  @TempDir(factory = InMemory.class)
  Path temp;

  /** The process has ended. */
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  /** What a run came to. */
  private record Ran(Applied applied, Map<String, List<String>> commands, String tree) {}

  // One host with its own directory.
  private final class Server {
    private final Path root;
    private final Map<String, List<String>> commands = Collections.synchronizedMap(new TreeMap<>());

    // The release steps of all runs, in their order, and the units that systemd keeps of them.
    private final Map<String, List<String>> started = Collections.synchronizedMap(new TreeMap<>());
    private final Set<String> loaded = Collections.synchronizedSet(new HashSet<>());
    private int killAt = Integer.MAX_VALUE;
    private int calls;

    Server(String name) throws IOException {
      this.root = Files.createDirectory(temp.resolve(name));
      Path units = Files.createDirectories(root.resolve("etc/systemd/system"));
      for (String app : APPS) {
        Files.writeString(units.resolve(app + ".service"), "[Service]\nExecStart=/bin/true\n");
      }
    }

    // No service manager is there: commands are written down, and two of them fail.
    private CommandRunner.Result command(Command command) throws HostException {
      String text = command.text();
      if (text.contains(Layout.RELEASE)) {
        return release(text);
      }
      for (String app : APPS) {
        if (text.startsWith("systemctl") && text.contains(app)) {
          commands.computeIfAbsent(app, _ -> new ArrayList<>()).add(text);
        }
      }
      boolean fails =
          (text.equals("systemctl start standby-" + UNHEALTHY_IN_REHEARSAL + ".service")
                  && Files.exists(root.resolve("var/lib/reconcile/checkouts/blog/two")))
              || (text.equals("systemctl restart " + UNABLE_TO_START + ".service")
                  && isNew(UNABLE_TO_START));
      return new CommandRunner.Result(fails ? 1 : 0, "", fails ? "it failed" : "");
    }

    // A step succeeds at once, and its unit stays loaded, also without the run that started it.
    private CommandRunner.Result release(String text) {
      String unit = text.substring(text.lastIndexOf(' ') + 1);
      if (text.startsWith("systemctl start")) {
        String app = unit.substring(Layout.RELEASE.length(), unit.indexOf('.'));
        started.computeIfAbsent(app, _ -> new ArrayList<>()).add(unit);
        loaded.add(unit);
      } else if (text.startsWith("systemctl stop")) {
        loaded.remove(unit);
      }
      String state = loaded.contains(unit) ? "active" : "inactive";
      return new CommandRunner.Result(
          0, "Id=%s\nActiveState=%s\nJob=0\nResult=success\n".formatted(unit, state), "");
    }

    private boolean isNew(String app) throws HostException {
      try {
        return Files.readString(root.resolve("etc/" + app + ".conf")).equals("two\n");
      } catch (IOException e) {
        throw new HostException("cannot read", e);
      }
    }

    private Host host(SeededSchedule schedule) throws HostException {
      Host local = new LocalHost(root, this::command, "run" + calls, List.of());
      return (Host)
          Proxy.newProxyInstance(
              Host.class.getClassLoader(),
              new Class<?>[] {Host.class},
              (_, method, arguments) -> {
                if (!Set.of("facts", "runName", "onDisk").contains(method.getName())) {
                  // the recorder's lock lets nobody else proceed
                  if (!isRecord(arguments)) {
                    schedule.turn();
                  }
                  killWhenDue();
                }
                try {
                  return method.invoke(local, arguments);
                } catch (InvocationTargetException e) {
                  throw e.getCause();
                }
              });
    }

    private static boolean isRecord(Object[] arguments) {
      return arguments != null
          && arguments[0] instanceof String path
          && Set.of(LocalHost.STATE, StateFile.PATH).contains(path);
    }

    private synchronized void killWhenDue() {
      calls++;
      if (calls >= killAt) {
        throw new Killed();
      }
    }

    Ran apply(String version, SeededSchedule schedule) throws Exception {
      commands.clear();
      Host host = host(schedule);
      State state = StateFile.load(host.facts());
      Applied applied =
          Applier.apply(
              plan(host, state, version),
              state,
              RunCommand.apply("repo"),
              host,
              (tree, to) -> write(tree, to, schedule),
              Progress.NONE,
              schedule,
              Map.of());
      return new Ran(applied, new HashMap<>(commands), snapshot());
    }

    private Plan plan(Host host, State state, String version) throws HostException {
      DesiredState desired = desired(version);
      LiveState live = Observer.observe(host.facts(), desired, state);
      SortedMap<Address, Live> resources = new TreeMap<>(live.resources());
      for (String app : APPS) {
        resources.put(
            UnitKind.address(app + ".service"), new Live.Present(new UnitKind.Spec(true), false));
      }
      return Planner.plan(
          desired, new LiveState(resources, live.due(), live.state(), true), PlanOptions.DEFAULT);
    }

    private void write(TreeRef tree, Path directory, SeededSchedule schedule) throws HostException {
      schedule.turn();
      try {
        Files.writeString(directory.resolve("file"), tree.commit());
      } catch (IOException e) {
        throw new HostException("cannot export", e);
      }
    }

    // Unused trees are left out: a run may leave them to the next one.
    private String snapshot() throws IOException {
      StringBuilder text = new StringBuilder();
      for (String app : APPS) {
        text.append(
            "%s: %s, %s\n"
                .formatted(
                    app,
                    Files.readString(root.resolve("etc/" + app + ".conf")).strip(),
                    Files.readSymbolicLink(root.resolve("srv/" + app))));
      }
      return text.toString();
    }
  }

  private static DesiredState desired(String version) {
    SortedMap<Address, Declared> resources = new TreeMap<>();
    Map<String, Handler> handlers = new TreeMap<>();
    for (String app : APPS) {
      String restart = "restart " + app + ".service";
      add(
          resources,
          new Declared(
              FileKind.address("/etc/" + app + ".conf"),
              new FileKind.Spec(Content.of(version + "\n"), FileAttributes.root(0644)),
              app,
              Role.FILE,
              List.of(restart),
              Origin.of("x")));
      add(
          resources,
          new Declared(
              new Address("checkout", "/srv/" + app),
              new CheckoutKind.Spec(
                  "folder src/" + app,
                  version,
                  "/var/lib/reconcile/checkouts/" + app,
                  new TreeRef("", version, "src/" + app),
                  ""),
              app,
              Role.CHECKOUT,
              List.of(restart),
              Origin.of("x")));
      handlers.put(
          restart,
          new Handler(
              restart,
              Phase.INSTANCES,
              List.of(new Step.Systemctl(Step.UnitVerb.RESTART, app + ".service")),
              List.of(),
              app,
              List.of(),
              Optional.of(new Handler.Seamless(app + ".service", rehearsed(app), List.of()))));
      if (WITH_RELEASE_STEPS.contains(app)) {
        handlers.put(Release.HANDLER + app, release(app, version, restart));
      }
    }
    return new DesiredState(
        version,
        resources,
        handlers,
        Set.copyOf(APPS),
        Set.of(),
        new TreeMap<>(),
        Set.of(),
        new RunLimits(100, 0));
  }

  private static Handler release(String app, String version, String restart) {
    Release release =
        new Release(
            app,
            Content.of(version),
            version,
            Collections.nCopies(
                STEPS, new Release.Command(List.of("true"), Duration.ofMinutes(1), false, "x")),
            new AppSandbox(app, app + ".service", new TreeMap<>(), ""),
            "",
            List.of(restart));
    return new Handler(
        Release.HANDLER + app,
        Phase.RELEASE,
        List.of(new Step.RunRelease(release)),
        List.of(),
        app);
  }

  /** Each step of each version has run once, in order. */
  private static void assertReleasedOnce(Server server, String seed) {
    for (String app : WITH_RELEASE_STEPS) {
      List<String> once = new ArrayList<>();
      for (String version : List.of("one", "two")) {
        for (int step = 1; step <= STEPS; step++) {
          once.add("%s%s.%s-%d.service".formatted(Layout.RELEASE, app, version, step));
        }
      }
      assertThat(server.started.get(app)).as(seed).isEqualTo(once);
    }
  }

  private static List<PhasedStep> rehearsed(String app) {
    return List.of(
        new PhasedStep(
            Phase.REHEARSE, new Step.Systemctl(Step.UnitVerb.START, "standby-" + app + ".service")),
        new PhasedStep(
            Phase.INSTANCES, new Step.Systemctl(Step.UnitVerb.RESTART, app + ".service")));
  }

  private static void add(SortedMap<Address, Declared> resources, Declared declared) {
    resources.put(declared.address(), declared);
  }

  private Server deployed(String name) throws Exception {
    Server server = new Server(name);
    assertThat(server.apply("one", new SeededSchedule(0)).applied().isComplete()).isTrue();
    return server;
  }

  private static List<String> text(Applied applied) {
    List<String> text = new ArrayList<>();
    applied.outcomes().forEach(outcome -> text.add(outcome.toString()));
    applied.rolledBack().forEach(back -> text.add(back.toString()));
    text.add(applied.state().owned().toString());
    text.add(applied.state().trials().toString());
    return text;
  }

  @Test
  void everyInterleavingComesToTheSameHostAndReport() throws Exception {
    Ran first = deployed("first").apply("two", new SeededSchedule(0));
    assertThat(first.applied().rolledBack())
        .extracting(RolledBack::app)
        .containsExactly(UNHEALTHY_IN_REHEARSAL, UNABLE_TO_START);
    assertThat(first.tree()).contains("api: two, ", "blog: one, ", "cart: one, ", "docs: two, ");
    Set<List<String>> orders = new HashSet<>();

    for (int seed = 1; seed <= SEEDS; seed++) {
      SeededSchedule schedule = new SeededSchedule(seed);
      Server server = deployed("seed" + seed);
      Ran ran = server.apply("two", schedule);
      orders.add(schedule.turns());

      assertThat(text(ran.applied())).as("seed %s", seed).isEqualTo(text(first.applied()));
      assertThat(ran.tree()).as("seed %s", seed).isEqualTo(first.tree());
      assertThat(ran.commands()).as("seed %s", seed).isEqualTo(first.commands());
      assertReleasedOnce(server, "seed " + seed);
    }
    assertThat(orders).as("interleavings").hasSizeGreaterThan(SEEDS / 2);
  }

  @Test
  void killedInAnyInterleavingOneMoreRunComesToTheSameHost() throws Exception {
    Server undisturbed = deployed("undisturbed");
    int before = undisturbed.calls;
    Ran first = undisturbed.apply("two", new SeededSchedule(0));
    int calls = undisturbed.calls - before;
    Random random = new Random(SEEDS);

    for (int seed = 1; seed <= SEEDS; seed++) {
      SeededSchedule schedule = new SeededSchedule(seed);
      Server server = deployed("killed" + seed);
      server.killAt = server.calls + 1 + random.nextInt(calls);
      assertThatThrownBy(() -> server.apply("two", schedule)).isInstanceOf(Killed.class);
      server.killAt = Integer.MAX_VALUE;

      Ran again = server.apply("two", new SeededSchedule(-seed));

      assertThat(again.tree()).as("seed %s", seed).isEqualTo(first.tree());
      assertThat(again.applied().state().trials().unfinished()).as("seed %s", seed).isEmpty();
      assertThat(again.applied().state().owned()).isEqualTo(first.applied().state().owned());
      assertReleasedOnce(server, "seed " + seed);
    }
  }
}
