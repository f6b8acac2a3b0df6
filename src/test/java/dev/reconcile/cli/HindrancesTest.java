// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.reconcile.app.AppFaults;
import dev.reconcile.app.Hindrances;
import dev.reconcile.desired.DesiredStateBuilder;
import dev.reconcile.desired.Loader;
import dev.reconcile.host.LocalHost;
import dev.reconcile.host.ProcessRunner;
import dev.reconcile.kind.PlannedFiles;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.run.DirectoryFileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Code and logs of apps with users of their own: daemon (1), bin (2) and sys (3). */
final class HindrancesTest {
  @TempDir Path temp;
  private Path host;
  private Path tree;

  @BeforeEach
  void makeFolders() throws IOException {
    assumeThat(System.getProperty("user.name")).isEqualTo("root");
    mode(temp, "rwxr-xr-x");
    host = folder("host", 0, "rwxr-xr-x");
    tree = Files.createDirectories(temp.resolve("tree/apps")).getParent();
    Files.writeString(tree.resolve("reconcile.yaml"), "version: 1\n");
  }

  private static void mode(Path path, String mode) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
  }

  private static void own(Path path, int id) throws IOException {
    Files.setAttribute(path, "unix:uid", id, LinkOption.NOFOLLOW_LINKS);
    Files.setAttribute(path, "unix:gid", id, LinkOption.NOFOLLOW_LINKS);
  }

  private Path folder(String path, int owner, String mode) throws IOException {
    Path folder = Files.createDirectories(temp.resolve(path));
    own(folder, owner);
    mode(folder, mode);
    return folder;
  }

  private void file(Path path, int owner, String mode) throws IOException {
    Files.writeString(path, "");
    own(path, owner);
    mode(path, mode);
  }

  private void link(String path, String target) throws IOException {
    Files.deleteIfExists(temp.resolve(path));
    own(Files.createSymbolicLink(temp.resolve(path), Path.of(target)), 1);
  }

  private void app(String name, String text) throws IOException {
    Files.writeString(tree.resolve("apps/" + name + ".yaml"), "site: false\n" + text);
  }

  private void logging(String name, String user, String log) throws IOException {
    app(
        name,
        "source: {folder: src}\nuser: %s\ngunicorn:\n  error_log: %s\n  access_log: false\n"
            .formatted(user, log));
  }

  private SortedMap<String, Diagnostic> faults() throws Exception {
    DesiredStateBuilder builder = new DesiredStateBuilder(new DirectoryFileTree(tree));
    Loader.Loaded loaded = Loader.load(builder, "");
    assertThat(builder.diagnostics().sorted()).isEmpty();
    LocalHost machine = new LocalHost(Path.of("/"), new ProcessRunner(), "test", List.of());
    AppFaults faults = new AppFaults();
    PlannedFiles files = new PlannedFiles(machine.facts(), builder.resources());
    new Hindrances(Set.of(), files, faults::add).check(loaded.apps(), loaded.fronts());
    return faults.all();
  }

  @Test
  void codeBehindALinkOfTheDeployUser() throws Exception {
    folder("host/x/releases/7/app", 1, "rwxr-x---");
    link("host/x/current", "releases/7");
    app("mine", "source: {path: %s/x/current/app}\nuser: daemon\n".formatted(host));
    app("other", "source: {path: %s/x/current/app}\nuser: bin\n".formatted(host));

    SortedMap<String, Diagnostic> faults = faults();

    assertThat(faults).containsOnlyKeys("other");
    assertThat(faults.get("other").summary()).isEqualTo("Code that the app cannot reach");
    assertThat(faults.get("other").command())
        .contains("chmod o+x %s/x/releases/7/app".formatted(host));

    link("host/x/current", "releases/8");
    assertThat(faults().get("mine").summary()).isEqualTo("Source not found");
  }

  @Test
  void logOfTwoUsersHoldsTheSecondWithBothPlaces() throws Exception {
    folder("host/logs", 0, "rwxrwxrwx");
    Path log = host.resolve("logs/error.log");
    logging("first", "daemon", log.toString());
    logging("same", "daemon", log.toString());
    logging("second", "bin", log.toString());

    SortedMap<String, Diagnostic> missing = faults();
    assertThat(missing).containsOnlyKeys("second");
    assertThat(missing.get("second").summary()).isEqualTo("Log of two users");
    assertThat(missing.get("second").origin().orElseThrow().line()).isEqualTo(5);
    assertThat(missing.get("second").detail())
        .contains("also the log of first (apps/first.yaml line 5), which runs as daemon")
        .contains("bin, the user of second");

    file(log, 2, "rw-r-----");
    assertThat(faults()).containsOnlyKeys("first", "same");
    assertThat(faults().get("first").detail()).contains("second (apps/second.yaml line 5)");

    file(log, 0, "rw-rw-rw-");
    assertThat(faults()).isEmpty();
  }

  @Test
  void logBehindALinkIsTheSameLog() throws Exception {
    folder("host/logs", 0, "rwxrwxrwx");
    link("host/link", "logs");
    logging("first", "1", host + "/logs/error.log");
    logging("named", "daemon", host + "/link/error.log");
    logging("second", "bin", host + "/link/error.log");

    assertThat(faults()).containsOnlyKeys("second");
  }

  @Test
  void logOfAGroupIsForItsMembers() throws Exception {
    folder("host/logs", 0, "rwxr-xr-x");
    file(host.resolve("logs/error.log"), 0, "rw-rw-r--");
    Files.setAttribute(host.resolve("logs/error.log"), "unix:gid", 2);
    logging("member", "bin", host + "/logs/error.log");
    logging("named", "sys\ngroup: bin", host + "/logs/error.log");
    logging("other", "daemon", host + "/logs/error.log");

    assertThat(faults()).containsOnlyKeys("other");
  }

  @Test
  void logDirectoryOfAnotherApp() throws Exception {
    logging("first", "daemon", "/var/log/gunicorn/first/error.log");
    logging("same", "daemon", "/var/log/gunicorn/first/other.log");
    logging("second", "bin", "/var/log/gunicorn/first/second.log");

    SortedMap<String, Diagnostic> faults = faults();

    assertThat(faults).containsOnlyKeys("second");
    assertThat(faults.get("second").summary()).isEqualTo("Log directory of another app");
    assertThat(faults.get("second").detail())
        .contains("/var/log/gunicorn/first is the log directory of first (apps/first.yaml line 5)");
    assertThat(faults.get("second").command()).isEmpty();
  }

  @Test
  void logThatIsADirectoryOrInAClosedOne() throws Exception {
    folder("host/open/error.log", 1, "rwxr-xr-x");
    folder("host/closed", 0, "rwx------");
    folder("host/closed/logs", 1, "rwxr-xr-x");
    logging("directory", "daemon", host + "/open/error.log");
    logging("closed", "daemon", host + "/closed/logs/error.log");
    logging("root", "root", host + "/closed/logs/error.log");

    SortedMap<String, Diagnostic> faults = faults();

    assertThat(faults).containsKeys("directory", "closed");
    assertThat(faults.get("directory").detail()).contains("is a directory");
    assertThat(faults.get("closed").command()).contains("chmod o+x %s/closed".formatted(host));
  }
}
