// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The sites under {@code integration-tests/sites}, made by hand as people make them: written as
 * keys of a desired state, they answer as before.
 */
class SitesAsPeopleHaveThemIT {
  private static final Path SITES = Path.of("integration-tests/sites");
  private static final String ON_HOST = "/srv/sites";
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final Pattern OF_A_PROXY =
      Pattern.compile("(HTTP_X_(REAL_IP|FORWARDED_[A-Z]+)|(HTTP_)?SCRIPT_NAME)=.*");

  /** The lines of each answer, by when, site and name of the request. */
  private static final Map<String, List<String>> ANSWERS = new HashMap<>();

  private static Operator operator;
  private static TestHost host;

  @BeforeAll
  static void bothAreAsked() throws IOException {
    operator = Operator.boot();
    host = operator.host();
    host.copyFolder(SITES, ON_HOST);
    host.write(Stage.QUICK_PYTHON, Stage.QUICK_VENV, "0755");
    script("setup.sh");
    script("ask.sh", "/srv/before");
    host.runScript("systemctl stop originals nginx; rm /etc/nginx/sites-enabled/*");
    operator.converge(tree());
    script("ask.sh", "/srv/after");
    for (String line : host.sh("cd /srv; grep -r '' before after").stdout().split("\n", -1)) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        ANSWERS
            .computeIfAbsent(line.substring(0, colon), _ -> new ArrayList<>())
            .add(line.substring(colon + 1));
      }
    }
  }

  @AfterAll
  static void close() {
    operator.close();
  }

  private static void script(String name, String... arguments) {
    List<String> argv = new ArrayList<>(List.of("bash", ON_HOST + "/" + name));
    argv.addAll(List.of(arguments));
    Result result = host.exec(LIMIT, argv.toArray(String[]::new));
    assertThat(result.ok()).as(result.stdout() + result.stderr()).isTrue();
  }

  private static DesiredTree tree() throws IOException {
    DesiredTree tree =
        DesiredTree.bare().with("src/echo/main.py", Files.readString(SITES.resolve("main.py")));
    for (Path file : files(".yaml")) {
      String text = Files.readString(file);
      String name = file.getFileName().toString();
      tree =
          name.equals("host.yaml")
              ? tree.with("reconcile.yaml", "version: 1\n" + text)
              : tree.with("apps/" + name, text + Stage.QUICK);
    }
    return tree;
  }

  private static List<Path> files(String end) throws IOException {
    try (Stream<Path> files = Files.walk(SITES, 2)) {
      return files.filter(file -> file.toString().endsWith(end)).sorted().toList();
    }
  }

  @TestFactory
  Stream<DynamicTest> sites() throws IOException {
    return files("/probes").stream()
        .map(probes -> DynamicTest.dynamicTest(site(probes), () -> check(probes)));
  }

  private static void check(Path probes) throws IOException {
    String site = site(probes);
    for (String line : Files.readAllLines(probes)) {
      String probe = site + "/" + line.substring(0, line.indexOf(' '));
      List<String> before = ANSWERS.getOrDefault("before/" + probe, List.of());
      List<String> after = ANSWERS.getOrDefault("after/" + probe, List.of());
      List<String> more = new ArrayList<>(after);
      before.forEach(more::remove);
      assertThat(before).as(probe + " before").isNotEmpty();
      assertThat(after).as(probe).containsAll(before);
      assertThat(more).as(probe).allMatch(added -> OF_A_PROXY.matcher(added).matches());
    }
  }

  private static String site(Path probes) {
    return String.valueOf(probes.getParent()).replaceFirst(".*/", "");
  }

  @Test
  void keysAreEnoughForAlmostAll() throws IOException {
    List<String> texts = new ArrayList<>();
    for (Path file : files(".yaml")) {
      texts.add(Files.readString(file));
    }
    assertThat(texts.stream().filter(text -> text.contains("template:")).count()).isLessThan(4);
    assertThat(texts.stream().filter(text -> text.contains("extra:")).count()).isLessThan(6);
  }
}
