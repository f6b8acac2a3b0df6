// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.host.Facts;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.model.AppSandbox;
import dev.reconcile.model.Content;
import dev.reconcile.model.FileAttributes;
import dev.reconcile.model.Layout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The environment files of a unit in a sandbox, with the planned contents of the app's files. Only
 * root can read them, and they exist only until systemd has read them. Secrets are in files because
 * all users can read arguments.
 *
 * @param folder the directory of the copies
 * @param files the values of {@code EnvironmentFile=}, in order
 * @param contents the contents of the copies by path
 */
record SandboxEnvironment(String folder, List<String> files, SortedMap<String, Content> contents) {
  private static final String ARGUMENTS = "GUNICORN_CMD_ARGS=";

  /**
   * Creates the files.
   *
   * @param folder the directory of the copies
   * @param oneWorker whether gunicorn starts a single worker, whatever the app's settings say
   */
  static SandboxEnvironment of(
      Facts facts,
      FutureFiles future,
      SandboxUnit unit,
      AppSandbox sandbox,
      String folder,
      boolean oneWorker)
      throws HostException {
    List<String> files = new ArrayList<>();
    SortedMap<String, Content> contents = copies(future, unit, folder, files);
    String last = folder + "/more.env";
    String more =
        (oneWorker ? " --workers 1" : "")
            + arguments(unit.folder(), hasControlSocket(facts, sandbox));
    int port = sandbox.listener().standbyPort();
    String own = port > 0 ? "PORT=" + port + "\n" : "";
    contents.put(last, Content.of(own + additions(List.copyOf(contents.values()), more)));
    files.add(last);
    return new SandboxEnvironment(folder, files, contents);
  }

  /**
   * Creates the files of a command, which is no rehearsal.
   *
   * @param folder the directory of the copies
   */
  static SandboxEnvironment ofCommand(FutureFiles future, SandboxUnit unit, String folder)
      throws HostException {
    List<String> files = new ArrayList<>();
    SortedMap<String, Content> contents = copies(future, unit, folder, files);
    return new SandboxEnvironment(folder, files, contents);
  }

  // The names of the copies have their order.
  private static SortedMap<String, Content> copies(
      FutureFiles future, SandboxUnit unit, String folder, List<String> files)
      throws HostException {
    SortedMap<String, Content> contents = new TreeMap<>();
    for (String value : unit.environmentFiles()) {
      boolean optional = value.startsWith("-");
      String path = optional ? value.substring(1) : value;
      Optional<Content> content = future.environment(path);
      if (content.isPresent()) {
        String copy = "%s/%03d.env".formatted(folder, contents.size());
        contents.put(copy, Content.secret(unit.places().in(content.get().text())));
        files.add(copy);
      } else {
        files.add((optional ? "-" : "") + unit.places().in(path));
      }
    }
    return contents;
  }

  // Replaces settings that only one instance can have, and the name in statistics.
  private static String arguments(String runtimeFolder, boolean hasControlSocket) {
    return " --pid %s/gunicorn.pid --statsd-prefix reconcile.rehearsal%s"
        .formatted(
            runtimeFolder,
            hasControlSocket ? " --control-socket " + runtimeFolder + "/gunicorn.ctl" : "");
  }

  // The variable tells hooks in gunicorn's configuration file that this instance does not serve.
  private static String additions(List<Content> environment, String more) {
    String arguments =
        environment.stream()
            .flatMap(file -> file.text().lines())
            .filter(line -> line.startsWith(ARGUMENTS) && !line.endsWith("\\"))
            .reduce("", (earlier, line) -> ARGUMENTS + appended(line, more) + "\n");
    return "RECONCILE_REHEARSAL=1\n" + arguments;
  }

  private static String appended(String line, String more) {
    String value = line.substring(ARGUMENTS.length()).strip();
    char last = value.isEmpty() ? ' ' : value.charAt(value.length() - 1);
    boolean quoted = value.length() > 1 && value.charAt(0) == last && "\"'".indexOf(last) >= 0;
    return quoted ? value.substring(0, value.length() - 1) + more + last : '"' + value + more + '"';
  }

  // gunicorn has a control socket since 25.1, in a directory that two instances may share. Only the
  // virtualenv is searched: the code may be behind a link of the app's user, which is not followed.
  private static boolean hasControlSocket(Facts facts, AppSandbox sandbox) throws HostException {
    for (String tree : sandbox.trees().values()) {
      if (!tree.startsWith(Layout.VENVS + "/")) {
        continue;
      }
      for (String python : facts.list(tree + "/lib")) {
        String module = tree + "/lib/" + python + "/site-packages/gunicorn/ctl";
        if (facts.stat(module).isPresent()) {
          return true;
        }
      }
    }
    return false;
  }

  void write(Host host) throws HostException {
    for (Map.Entry<String, Content> file : contents.entrySet()) {
      host.writeState(file.getKey(), file.getValue(), FileAttributes.root(0600));
    }
  }
}
