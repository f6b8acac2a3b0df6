// SPDX-License-Identifier: Apache-2.0
package dev.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Each source file names its licence in its first lines. (The formatter adds the line to most Java
 * files only.)
 */
final class LicenceHeaderTest {
  private static final String LINE = "SPDX-License-Identifier: Apache-2.0";
  private static final String ENDINGS = ".*\\.(java|sh|py|css|properties)|(.*/)?Dockerfile[^/]*";
  private static final String SETUPS = "integration-tests/adopt/[^/]+/setup";

  /** Files whose text leaves the repository, which the line would change, and why. */
  private static final Map<String, String> WITHOUT =
      Map.of(
          "src/main/resources/templates/.*", "a run writes their text into files of the host",
          "src/main/resources/page/.*", "its text is part of the status page",
          "src/main/resources/scaffold/.*", "`reconcile init` writes it into a user's repository",
          "desired-state/.*", "an example that users copy into their repository",
          "integration-tests/adopt/[^/]+/root/.*", "a file of a server that was set up by hand",
          "integration-tests/apps/.*", "an app as a user writes it");

  @Test
  void eachSourceFileNamesItsLicence() throws Exception {
    List<String> sources = sources();

    assertThat(sources)
        .hasSizeGreaterThan(900)
        .contains("verify", "src/main/resources/lfs/fetch.sh", "packaging/debian/postinst")
        .contains("integration-tests/image/boot.sh", "integration-tests/adopt/do-flask/setup");
    assertThat(sources.stream().filter(file -> !head(file).contains(LINE))).isEmpty();
  }

  @Test
  void onlyFilesWhoseTextLeavesTheRepositoryAreLeftOut() throws Exception {
    List<String> tracked = tracked();

    assertThat(WITHOUT.keySet())
        .allSatisfy(path -> assertThat(tracked).anyMatch(file -> file.matches(path)));
    assertThat(tracked.stream().filter(LicenceHeaderTest::isLeftOut))
        .noneMatch(file -> head(file).contains(LINE));
  }

  private static List<String> sources() throws Exception {
    List<String> sources = new ArrayList<>();
    for (String file : tracked()) {
      boolean isSource =
          file.matches(ENDINGS) || file.matches(SETUPS) || head(file).startsWith("#!");
      if (isSource && !isLeftOut(file)) {
        sources.add(file);
      }
    }
    return sources;
  }

  private static boolean isLeftOut(String file) {
    return WITHOUT.keySet().stream().anyMatch(file::matches);
  }

  /** The files of the commit; git would refuse the repository of another user. */
  private static List<String> tracked() throws Exception {
    Process git =
        new ProcessBuilder("git", "-c", "safe.directory=*", "ls-files", "-z")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String names = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(git.waitFor()).isZero();
    return Stream.of(names.split("\0", -1))
        .filter(name -> Files.isRegularFile(Path.of(name)))
        .toList();
  }

  // the line follows a line for the shell, at most
  private static String head(String file) {
    try (Stream<String> lines = Files.lines(Path.of(file), StandardCharsets.ISO_8859_1)) {
      return String.join("\n", lines.limit(2).toList());
    } catch (IOException e) {
      throw new IllegalStateException(file, e);
    }
  }
}
