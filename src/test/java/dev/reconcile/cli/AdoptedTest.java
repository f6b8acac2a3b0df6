// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.adopt.CodeInventory;
import dev.reconcile.adopt.Virtualenv;
import dev.reconcile.host.LocalHost;
import dev.reconcile.host.ProcessRunner;
import dev.reconcile.scan.AccessScan;
import dev.reconcile.scan.AccountScan;
import dev.reconcile.scan.CodeScan;
import dev.reconcile.scan.Interpreter;
import dev.reconcile.scan.PackageScan;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is seen of code and virtualenvs, and what is copied. */
final class AdoptedTest {
  @TempDir Path temp;
  private Path code;

  @BeforeEach
  void makeCode() throws IOException {
    code = Files.createDirectories(temp.resolve("shop"));
    file("main.py", "app = 1\n");
  }

  private Path file(String name, String text) throws IOException {
    Path file = code.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
  }

  private CodeInventory look() throws Exception {
    return new CodeScan(code.toString(), Optional.empty()).look();
  }

  @Test
  void codeIsCopiedWithoutWhatToolsMake() throws Exception {
    Files.setPosixFilePermissions(
        file("bin/run", "#!/bin/sh\n"), PosixFilePermissions.fromString("rwxr-xr-x"));
    file("__pycache__/main.pyc", "x");
    file(".git/config", "[remote \"origin\"]\n\turl = https://me:s3cr3t@example.com/shop.git\n");
    file("venv/pyvenv.cfg", "");
    file("venv/bin/python", "");
    Files.createDirectories(code.resolve("static"));
    Files.createSymbolicLink(code.resolve("latest"), Path.of("bin/run"));

    CodeScan adopted = new CodeScan(code.toString(), Optional.empty());
    CodeInventory seen = adopted.look();
    adopted.copy(temp.resolve("copy"));

    assertThat(seen.unfit()).isEmpty();
    assertThat(seen.origin()).contains("https://***@example.com/shop.git");
    try (Stream<Path> files = Files.walk(temp.resolve("copy"))) {
      assertThat(files.filter(file -> !Files.isDirectory(file)))
          .map(file -> temp.resolve("copy").relativize(file).toString())
          .containsExactlyInAnyOrder("main.py", "bin/run", "latest", "static/.gitkeep");
    }
    assertThat(temp.resolve("copy/bin/run")).isExecutable();
    assertThat(Files.isSymbolicLink(temp.resolve("copy/latest"))).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    ".env, looks like a secret",
    "conf/server.KEY, looks like a secret",
    "aws_credentials.json, looks like a secret",
    "app.sqlite3, it has data",
    "instance/settings.txt, it has data",
  })
  void codeWithSecretsOrDataIsNotFitToBeCopied(String name, String why) throws Exception {
    file(name, "x");

    assertThat(look().unfit()).contains(why);
  }

  @Test
  void whatOthersMayNotReadIsNotFitToBeCopied() throws Exception {
    Files.setPosixFilePermissions(
        file("config.ini", "x"), PosixFilePermissions.fromString("rw-r-----"));

    assertThat(look().unfit()).contains("not readable by everyone");
  }

  @Test
  void aLinkToElsewhereIsNotFitToBeCopied() throws Exception {
    Files.createSymbolicLink(code.resolve("logs"), Path.of("../../var/log"));

    assertThat(look().unfit()).contains("a link that leads outside");
  }

  // as PowerShell writes what pip freeze prints
  @Test
  void aListThatIsNoUtf8IsAListAllTheSame() throws Exception {
    Files.write(code.resolve("requirements.txt"), "Flask==3.0\n".getBytes(StandardCharsets.UTF_16));
    Files.write(code.resolve("names.py"), "name = 'M\u00fcller'\n".getBytes(ISO_8859_1));
    assertThat(look().hasRequirements()).isTrue();
  }

  @Test
  void secretsInCodeAreFoundByTheirLine() throws Exception {
    file(
        "conf.py",
        "a = 1\napp.config['SECRET_KEY'] = 'hunter22'\nkey = os.environ['SECRET_KEY']\n");

    assertThat(look().secrets()).extracting("line").containsExactly(2);
  }

  @Test
  void aListNamesWhatIsRequired() throws Exception {
    file("requirements.txt", "flask\n# not\nMy_Package>=1\n-r more.txt\n");

    assertThat(look().required()).containsExactly("flask", "my-package");
  }

  @Test
  void whatAnotherUserCannotReadIsClosedToHim() throws Exception {
    AccessScan access = new AccessScan(AccountScan.read());
    Optional<CodeScan.Newcomer> nobody = Optional.of(new CodeScan.Newcomer("nobody", access));
    Path real = temp.toRealPath();
    Files.setPosixFilePermissions(real, PosixFilePermissions.fromString("rwxr-xr-x"));
    String open = new CodeScan(code.toString(), nobody).look().closed();
    Files.setPosixFilePermissions(
        file("conf.ini", "x"), PosixFilePermissions.fromString("rw-r-----"));
    String closed = new CodeScan(code.toString(), nobody).look().closed();
    Files.setPosixFilePermissions(real, PosixFilePermissions.fromString("rwx------"));
    String above = new CodeScan(code.toString(), nobody).look().closed();

    assertThat(open).isEmpty();
    assertThat(closed).endsWith("shop/conf.ini");
    assertThat(above).isEqualTo(real.toString());
  }

  @ParameterizedTest
  @CsvSource({"logs/app.txt, it has logs: logs/", "debug.log.1, it has logs: debug.log.1"})
  void codeWithLogsIsNotFitToBeCopied(String name, String why) throws Exception {
    file(name, "x");

    assertThat(look().unfit()).contains(why);
  }

  @Test
  void portsOfThisMachineAndImportsAreFoundInCode() throws Exception {
    file(
        "client.py",
        "import requests, os\nfrom flask.views import View\n\nX = 'http://127.0.0.1:8001/x'\n");

    assertThat(look().ports()).containsOnlyKeys(8001);
    assertThat(look().ports().get(8001)).extracting("line").isEqualTo(4);
    assertThat(look().imports()).contains("requests", "flask");
  }

  private LocalHost host() throws Exception {
    return new LocalHost(temp, new ProcessRunner(), "test", List.of());
  }

  private Virtualenv packages(String interpreter, String... imports) throws Exception {
    return new PackageScan(host().facts(), "/home/me", Set.of(imports)).look(interpreter);
  }

  private Path siteOf(String folder) throws IOException {
    return Files.createDirectories(temp.resolve(folder));
  }

  @Test
  void aVirtualenvIsReadByItsMetadata() throws Exception {
    Path packages = siteOf("opt/shop/lib/python3.11/site-packages");
    Files.writeString(temp.resolve("opt/shop/pyvenv.cfg"), "");
    distribution(packages, "Flask", "Requires-Dist: Werkzeug (>=2.0)\n", "");
    distribution(packages, "Werkzeug", "", "");
    distribution(packages, "pip", "", "");
    distribution(packages, "mine", "", "{\"url\": \"file:///srv/mine\"}");
    distribution(
        packages,
        "theirs",
        "",
        "{\"url\": \"https://example.com/t.git\", \"vcs_info\": {\"vcs\": \"git\","
            + " \"commit_id\": \"0a1b\"}}");

    Virtualenv seen = packages("/opt/shop/bin/python3");

    assertThat(seen.directory()).isEqualTo("/opt/shop");
    assertThat(seen.installed())
        .containsExactly(
            "Flask==1.0", "theirs @ git+https://example.com/t.git@0a1b", "Werkzeug==1.0");
    assertThat(seen.roots()).containsExactly("flask", "theirs");
    assertThat(seen.local()).containsExactly("mine");
    assertThat(packages("/opt/none/bin/python3").installed()).isEmpty();
  }

  // a whole system's packages are not the app's: some cannot even be installed by pip
  @Test
  void ofTheSystemOnlyWhatTheCodeImportsCounts() throws Exception {
    Path packages = siteOf("usr/lib/python3/dist-packages");
    distribution(packages, "gunicorn", "", "");
    distribution(packages, "Flask", "Requires-Dist: Werkzeug (>=2.0)\n", "");
    distribution(packages, "Werkzeug", "", "");
    distribution(packages, "python-apt", "", "");
    Path yaml = siteOf("usr/lib/python3/dist-packages/PyYAML-6.egg-info");
    Files.writeString(yaml.resolve("PKG-INFO"), "Name: PyYAML\nVersion: 6\n");
    Files.writeString(yaml.resolve("top_level.txt"), "_yaml\nyaml\n");

    assertThat(packages("/usr/bin/python3", "flask", "yaml", "os").installed())
        .containsExactly("Flask==1.0", "gunicorn==1.0", "PyYAML==6", "Werkzeug==1.0");
  }

  @Test
  void aVirtualenvThatSeesTheSystemHasWhatTheCodeImportsOfIt() throws Exception {
    distribution(siteOf("opt/shop/lib/python3.11/site-packages"), "gunicorn", "", "");
    distribution(siteOf("usr/lib/python3/dist-packages"), "numpy", "", "");
    Files.writeString(temp.resolve("opt/shop/pyvenv.cfg"), "include-system-site-packages = true\n");

    assertThat(packages("/opt/shop/bin/python", "numpy").installed())
        .containsExactly("gunicorn==1.0", "numpy==1.0");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      value = {
        "#!/opt/sys/bin/python3 | /opt/sys/bin/python3",
        "#!/usr/bin/env python3.11 | /opt/env/bin/python3.11",
        "#!/bin/sh/n'''exec' \"/opt/long/bin/python\" \"$0\" \"$@\" | /opt/long/bin/python",
        "#!/bin/bash/nset -e/nexec /opt/x/bin/gunicorn \"$@\" | /opt/x/bin/python3",
        "#!/bin/bash/necho no | none",
      })
  void anInterpreterIsFoundByFirstLinesAndThroughScripts(String text, String interpreter)
      throws Exception {
    program("usr/local/bin/gunicorn", text.replace("/n", "\n"));
    program("opt/x/bin/gunicorn", "#!/opt/x/bin/python3\n");
    program("opt/env/bin/python3.11", "");

    assertThat(new Interpreter(host().facts(), "/opt/env/bin:/bin").of("/usr/local/bin/gunicorn"))
        .isEqualTo(interpreter.equals("none") ? Optional.empty() : Optional.of(interpreter));
  }

  private void program(String path, String text) throws IOException {
    Files.createDirectories(temp.resolve(path).getParent());
    Files.writeString(temp.resolve(path), text);
  }

  private static void distribution(Path packages, String name, String more, String url)
      throws IOException {
    Path folder = Files.createDirectory(packages.resolve(name + "-1.0.dist-info"));
    Files.writeString(
        folder.resolve("METADATA"),
        "Metadata-Version: 2.1\nName: " + name + "\nVersion: 1.0\n" + more + "\nName: no\n");
    if (!url.isEmpty()) {
      Files.writeString(folder.resolve("direct_url.json"), url);
    }
  }
}
