package dev.reconcile.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.adopt.Code;
import dev.reconcile.adopt.Virtualenv;
import dev.reconcile.host.LocalHost;
import dev.reconcile.host.ProcessRunner;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
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

  private Code look() throws Exception {
    return new AdoptedCode(code.toString(), "nobody").look();
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

    AdoptedCode adopted = new AdoptedCode(code.toString(), "nobody");
    Code seen = adopted.look();
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

    assertThat(look().unfit()).contains("not for everyone's eyes");
  }

  @Test
  void aLinkToElsewhereIsNotFitToBeCopied() throws Exception {
    Files.createSymbolicLink(code.resolve("logs"), Path.of("../../var/log"));

    assertThat(look().unfit()).contains("a link to elsewhere");
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
  void aListThatItsUserCanChangeIsOpen() throws Exception {
    file("requirements.txt", "flask\n# not\nMy_Package>=1\n-r more.txt\n");
    String owner = Files.getOwner(code).getName();

    assertThat(look().required()).containsExactly("flask", "my-package");
    assertThat(new AdoptedCode(code.toString(), owner).look().isOpen()).isTrue();
  }

  @Test
  void aVirtualenvIsReadByItsMetadata() throws Exception {
    Path packages = Files.createDirectories(temp.resolve("opt/shop/lib/python3.11/site-packages"));
    Files.writeString(temp.resolve("opt/shop/pyvenv.cfg"), "");
    distribution(packages, "Flask", "Requires-Dist: Werkzeug (>=2.0)\n", "");
    distribution(packages, "Werkzeug", "", "");
    distribution(packages, "pip", "", "");
    distribution(packages, "mine", "", "{\"url\": \"file:///srv/mine\"}");
    LocalHost host = new LocalHost(temp, new ProcessRunner(), "test", List.of());

    Virtualenv seen = new AdoptedVirtualenv(host.facts(), "/opt/shop").look();

    assertThat(seen)
        .isEqualTo(
            new Virtualenv(
                true,
                "",
                List.of("Flask==1.0", "Werkzeug==1.0"),
                List.of("flask"),
                List.of("mine")));
    assertThat(new AdoptedVirtualenv(host.facts(), "/opt/none").look().isThere()).isFalse();
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
