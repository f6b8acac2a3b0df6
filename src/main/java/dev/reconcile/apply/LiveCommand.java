// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.host.Command;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.kind.CheckoutKind;
import dev.reconcile.kind.UnitKind;
import dev.reconcile.kind.VenvKind;
import dev.reconcile.model.Address;
import dev.reconcile.model.AppSandbox;
import dev.reconcile.model.Content;
import dev.reconcile.model.FileAttributes;
import dev.reconcile.model.Layout;
import dev.reconcile.model.OwnedResource;
import dev.reconcile.model.State;
import dev.reconcile.plan.Plan;
import dev.reconcile.systemd.CommandText;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A command that a person runs in the sandbox of an app's live revision. {@code systemd-run} makes
 * its unit; the sandbox is a drop-in of that unit.
 *
 * <p>Invariant: no pruning removes the trees of the revision while the unit's drop-ins exist.
 *
 * @param unit the name of the unit
 * @param folder the directory of its drop-ins, to be removed after its end
 * @param argv the command line for {@code systemd-run}, without options for input and output
 */
public record LiveCommand(String unit, String folder, List<String> argv) {
  private static final String UNITS = Layout.RUNTIME_UNITS;
  private static final Pattern OF_PROCESS =
      Pattern.compile(".*\\.([0-9]{1,18})-[0-9a-f]+\\.service");

  public LiveCommand {
    argv = List.copyOf(argv);
  }

  /**
   * Writes the sandbox.
   *
   * @param state the state, which names the app's trees
   * @param app an app that is on the host
   * @param words the program and its arguments; empty for a shell
   */
  public static LiveCommand prepare(Host host, State state, String app, List<String> words)
      throws HostException {
    clearEnded(host);
    String name =
        "%s%s.%d-%x".formatted(Layout.RUN, app, ProcessHandle.current().pid(), System.nanoTime());
    String folder = UNITS + "/" + name + ".service.d";
    AppSandbox sandbox = sandbox(host, state, app);
    CommandTrees.keep(host, folder, sandbox);
    // a run may have switched to other trees, and pruned these, before they were on record
    for (AppSandbox now = sandbox(host, state, app); !now.equals(sandbox); ) {
      sandbox = now;
      CommandTrees.keep(host, folder, sandbox);
      now = sandbox(host, state, app);
    }
    FutureFiles files = new FutureFiles(host.facts(), Plan.empty("", List.of(), 0));
    SandboxUnit unit = new SandboxUnit(host.facts(), files, sandbox, name);
    SandboxEnvironment environment = SandboxEnvironment.ofCommand(files, unit, folder);
    environment.write(host);
    DropInMasks.write(host, files, name + ".service");
    host.writeState(
        folder + "/zz-sandbox.conf",
        Content.of(unit.command(environment.files(), true, "")),
        FileAttributes.root(unit.isSecret() ? 0600 : 0644));
    String venv = sandbox.trees().getOrDefault(venvOf(state, app), "");
    return new LiveCommand(
        name + ".service", folder, argv(name, app, venv, words.isEmpty() ? shell(host) : words));
  }

  private static List<String> argv(String name, String app, String venv, List<String> words) {
    List<String> argv =
        new ArrayList<>(
            List.of(
                "systemd-run",
                "--quiet",
                "--wait",
                "--service-type=exec",
                "--unit=" + name + ".service",
                "--description=Command of " + app, // the default is the whole command line
                "--"));
    // systemd expands variables in the words (systemd.service(5), "Command lines")
    CommandText.words(venv, words).forEach(word -> argv.add(word.replace("$", "$$")));
    return argv;
  }

  private static List<String> shell(Host host) throws HostException {
    return List.of(host.facts().program("bash").isPresent() ? "bash" : "sh");
  }

  private static AppSandbox sandbox(Host host, State state, String app) throws HostException {
    SortedMap<String, String> trees = new TreeMap<>();
    for (String path : List.of(directoryOf(state, app), venvOf(state, app))) {
      Optional<String> real = path.isEmpty() ? Optional.empty() : host.facts().realPath(path);
      real.ifPresent(tree -> trees.put(path, tree));
    }
    trees.putIfAbsent(venvOf(state, app), venvOf(state, app));
    return new AppSandbox(app, serviceOf(state, app), trees, "");
  }

  // An app without a web process has the settings of its first process or schedule.
  private static String serviceOf(State state, String app) {
    String web = new Layout(app).service();
    return state.owns(UnitKind.address(web))
        ? web
        : owned(state, app, UnitKind.NAME).orElse(web).replaceFirst("\\.timer$", ".service");
  }

  private static String directoryOf(State state, String app) {
    return owned(state, app, CheckoutKind.NAME).orElse("");
  }

  private static String venvOf(State state, String app) {
    return owned(state, app, VenvKind.NAME).orElse(new Layout(app).venv());
  }

  private static Optional<String> owned(State state, String app, String kind) {
    return state.owned().values().stream()
        .filter(resource -> resource.app().equals(app))
        .map(OwnedResource::address)
        .filter(address -> address.kind().equals(kind))
        .map(Address::name)
        .findFirst();
  }

  // The process that waits for a command may have been killed before it could clear up.
  private static void clearEnded(Host host) throws HostException {
    for (String name : host.facts().list(UNITS)) {
      if (name.startsWith(Layout.RUN) && name.endsWith(".service.d")) {
        String unit = name.substring(0, name.length() - ".d".length());
        Matcher process = OF_PROCESS.matcher(unit);
        boolean hasEnded =
            process.matches() && ProcessHandle.of(Long.parseLong(process.group(1))).isEmpty();
        if (hasEnded && !host.run(Command.of("systemctl", "is-active", "--quiet", unit)).ok()) {
          host.discardTree(UNITS + "/" + name);
        }
      }
    }
  }
}
