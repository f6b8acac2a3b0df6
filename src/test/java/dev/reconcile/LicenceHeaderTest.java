// SPDX-License-Identifier: Apache-2.0
package dev.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Each Java file names its licence in its first line; the formatter leaves some of them out. */
final class LicenceHeaderTest {
  private static final String LINE = "// SPDX-License-Identifier: Apache-2.0";

  @Test
  void eachJavaFileNamesItsLicence() throws Exception {
    List<Path> files =
        Stream.of("src/main", "src/test/java", "integration-tests", "benchmarks")
            .flatMap(LicenceHeaderTest::javaFiles)
            .toList();

    assertThat(files).hasSizeGreaterThan(800);
    assertThat(files).allSatisfy(file -> assertThat(Files.readString(file)).startsWith(LINE));
  }

  private static Stream<Path> javaFiles(String folder) {
    try (Stream<Path> files = Files.walk(Path.of(folder))) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .filter(file -> !file.toString().contains("/target/"))
          .toList()
          .stream();
    } catch (IOException e) {
      throw new IllegalStateException(folder, e);
    }
  }
}
