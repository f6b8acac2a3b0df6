// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.app.AppFaults;
import dev.reconcile.app.Ports;
import dev.reconcile.app.Preflight;
import dev.reconcile.desired.DesiredStateBuilder;
import dev.reconcile.desired.Loader;
import dev.reconcile.host.LocalHost;
import dev.reconcile.host.ProcessRunner;
import dev.reconcile.kind.PlannedFiles;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.run.DirectoryFileTree;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What this machine lacks for one app is that app's fault alone. */
final class PreflightTest {
  @TempDir Path temp;

  private void app(String name, String text) throws Exception {
    Files.createDirectories(temp.resolve("apps"));
    Files.writeString(temp.resolve("apps/" + name + ".yaml"), text);
  }

  private final List<Diagnostic> warnings = new ArrayList<>();

  private SortedMap<String, Diagnostic> faults(String... files) throws Exception {
    Files.writeString(
        temp.resolve("reconcile.yaml"), "version: 1\nfiles: {" + String.join(", ", files) + "}\n");
    app("good", "source: {path: /}\nuser: root\ngroup: root\nsite: false\n");
    DesiredStateBuilder builder = new DesiredStateBuilder(new DirectoryFileTree(temp));
    Loader.Loaded loaded = Loader.load(builder, "");
    assertThat(builder.diagnostics().sorted()).isEmpty();
    LocalHost host = new LocalHost(Path.of("/"), new ProcessRunner(), "test", List.of());
    AppFaults faults = new AppFaults();
    Preflight preflight =
        new Preflight(
            Set.of("nginx"),
            new PlannedFiles(host.facts(), builder.resources()),
            Ports.NONE,
            faults::add);
    warnings.addAll(preflight.check(loaded.apps(), loaded.fronts()));
    assertThat(warnings).noneMatch(Diagnostic::isError);
    return faults.all();
  }

  @Test
  void accountsThatAreMissingHoldTheirAppsAlone() throws Exception {
    app("user", "source: {path: /}\nsite: false\nuser: no-such-user\n");
    app("group", "source: {path: /}\nsite: false\nuser: root\ngroup: no-such-group\n");

    SortedMap<String, Diagnostic> faults = faults();

    assertThat(faults).containsOnlyKeys("group", "user");
    assertThat(faults.get("user").summary()).isEqualTo("No such user");
    assertThat(faults.get("group").summary()).isEqualTo("No such group");
  }

  @Test
  void numbersOfNoAccountHoldTheirAppsAlone() throws Exception {
    app("number", "source: {path: /}\nsite: false\nuser: 64000\n");
    app("text", "source: {path: /}\nsite: false\nuser: \"64000\"\ngroup: root\n");
    app("group", "source: {path: /}\nsite: false\nuser: root\ngroup: 64000\n");
    app("same", "source: {path: /}\nsite: false\nuser: 0\n");

    SortedMap<String, Diagnostic> faults = faults();

    assertThat(faults).containsOnlyKeys("group", "number", "text");
    assertThat(faults.get("number").summary()).isEqualTo("No such user");
    assertThat(faults.get("number").origin().orElseThrow().line()).isEqualTo(3);
    assertThat(faults.get("number").command())
        .contains("adduser --system --group --uid 64000 number");
    assertThat(faults.get("text").summary()).isEqualTo("No such user");
    assertThat(faults.get("group").summary()).isEqualTo("No such group");
    assertThat(faults.get("group").origin().orElseThrow().line()).isEqualTo(4);
  }

  @Test
  void groupThatIsNotNamedLikeTheUserIsNamedByTheFault() throws Exception {
    app("nobody", "source: {path: /}\nsite: false\nuser: nobody\n");

    assertThat(faults().get("nobody").detail())
        .isEqualTo(
            """
            nobody runs in group nobody, which this host does not have. The group of the \
            user nobody is nogroup. Set "group" to it.\
            """);
  }

  @Test
  void limitsThatALaterDropInOverridesAreNamed() throws Exception {
    app(
        "shop",
        """
        source: {path: /}
        user: root
        group: root
        site: false
        resources: {memory: 1G, files: 8192}
        processes: {worker: {run: x, resources: {memory: 2G}}}
        """);
    String units = "/etc/systemd/system/";

    assertThat(
            faults(
                dropIn(units + "gunicorn@shop.service.d/limits.conf", "MemoryMax=9G"),
                dropIn(units + "gunicorn@shop.service.d/zz.conf", "MemoryMax=3G\\nTasksMax=9"),
                dropIn(units + "gunicorn@good.service.d/zz.conf", "MemoryMax=3G"),
                dropIn(units + "gunicorn-process@.service.d/same.conf", "MemoryMax=2G"),
                dropIn(units + "gunicorn-process@.service.d/zz.conf", "LimitNOFILE=infinity")))
        .isEmpty();
    assertThat(warnings)
        .extracting(Diagnostic::summary)
        .containsOnly("Limit overridden by a drop-in");
    assertThat(warnings)
        .extracting(Diagnostic::detail)
        .containsExactly(
            """
            /etc/systemd/system/gunicorn@shop.service.d/zz.conf sets MemoryMax=3G, and systemd \
            reads it after the drop-in of reconcile. resources.memory has no effect on \
            gunicorn@shop.service. Remove the setting.\
            """,
            """
            /etc/systemd/system/gunicorn-process@.service.d/zz.conf sets LimitNOFILE=infinity, and \
            systemd reads it after the drop-in of reconcile. resources.files has no effect on \
            gunicorn-process@shop.worker.1.service. Remove the setting.\
            """);
  }

  private static String dropIn(String path, String settings) {
    return path + ": {content: \"[Service]\\n" + settings + "\\n\"}";
  }

  @Test
  void keysAndCertificatesThatAreMissingHoldTheirAppsAlone() throws Exception {
    Path open = Files.writeString(temp.resolve("open"), "key");
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-r--r--"));
    for (String name : List.of("missing", "open")) {
      app(
          name,
          "source: {git: 'git@example.com:me/x.git', key: "
              + temp.resolve(name)
              + "}\nsite: false\nuser: root\ngroup: root\n");
    }
    app(
        "tls",
        "source: {path: /}\nuser: root\ngroup: root\nsite: {server_name: a.example, tls:"
            + " {certificate: /no/such.pem, key: /no/such.key}}\n");

    SortedMap<String, Diagnostic> faults = faults();

    assertThat(faults).containsOnlyKeys("missing", "open", "tls");
    assertThat(faults.get("missing").summary()).isEqualTo("Missing key file");
    assertThat(faults.get("open").summary()).isEqualTo("Key readable by others");
    assertThat(faults.get("tls").summary()).isEqualTo("Missing certificate");
  }
}
