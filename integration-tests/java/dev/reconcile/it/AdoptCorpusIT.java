// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The servers under {@code integration-tests/adopt}, made by hand as people make them: each is
 * adopted by what {@code adopt} says to type, and answers as before, or is left alone and told why.
 * They share one host, which is put back to what it was before each.
 */
@Thorough
class AdoptCorpusIT {
  private static final Path CORPUS = Path.of("integration-tests/adopt");
  private static final String ON_HOST = "/srv/adopt";
  private static final Duration LIMIT = Duration.ofMinutes(5);

  private static TestHost host;

  @BeforeAll
  static void boot() {
    host = TestHost.boot();
    host.copyJar();
    host.copyFolder(CORPUS, ON_HOST);
    Result made = host.exec(LIMIT, "bash", ON_HOST + "/case.sh", "base");
    assertThat(made.ok()).as(made.stdout() + made.stderr()).isTrue();
  }

  @AfterAll
  static void close() {
    host.close();
  }

  @TestFactory
  Stream<DynamicTest> serversMadeByHand() throws IOException {
    try (Stream<Path> folders = Files.list(CORPUS)) {
      return folders
          .filter(Files::isDirectory)
          .map(folder -> folder.getFileName().toString())
          .sorted()
          .toList()
          .stream()
          .map(name -> DynamicTest.dynamicTest(name, () -> check(name)));
    }
  }

  private static void check(String name) {
    Result result = host.exec(LIMIT, "bash", ON_HOST + "/case.sh", name);

    assertThat(result.ok()).as(name + "\n" + result.stdout() + result.stderr()).isTrue();
  }
}
