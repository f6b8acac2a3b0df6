// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.logs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.host.HostException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The lines of a log file, from near its end. */
final class FileLinesTest {
  @TempDir private Path folder;

  private FileLines lines(int most, String since, String... names) throws IOException {
    FileLines lines =
        new FileLines(
            folder.resolve("error.log").toString(),
            "error.log",
            List.of(names),
            new LineTime(ZoneOffset.UTC));
    lines.begin(most, since.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(since)));
    return lines;
  }

  private void write(String text) throws IOException {
    Files.writeString(
        folder.resolve("error.log"), text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private static List<String> all(FileLines lines) throws HostException {
    List<String> all = new ArrayList<>();
    Optional<LogLine> line = lines.next();
    while (line.isPresent()) {
      all.add(line.get().time().toString().substring(11, 19) + " " + line.get().text());
      line = lines.next();
    }
    return all;
  }

  @Test
  void theLastLinesOfALargeFile() throws Exception {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 20_000; i++) {
      text.append("2026/11/29 10:%02d:%02d line %d%n".formatted(i / 60 % 60, i % 60, i));
    }
    write(text.toString());
    assertThat(all(lines(2, "")))
        .containsExactly(
            "10:33:18 2026/11/29 10:33:18 line 19998", "10:33:19 2026/11/29 10:33:19 line 19999");
    assertThat(all(lines(30_000, ""))).hasSize(20_000);
  }

  @Test
  void aLineWithoutATimeBelongsToTheLineBefore() throws Exception {
    write("2026/11/29 10:00:00 a\n  b\n2026/11/29 10:00:05 c\nlast");
    assertThat(all(lines(10, "")))
        .containsExactly(
            "10:00:00 2026/11/29 10:00:00 a",
            "10:00:00   b",
            "10:00:05 2026/11/29 10:00:05 c",
            "10:00:05 last");
    assertThat(all(lines(3, ""))).startsWith("10:00:05   b");
    assertThat(all(lines(0, "2026-11-29T10:00:01Z")))
        .containsExactly("10:00:05 2026/11/29 10:00:05 c", "10:00:05 last");
  }

  @Test
  void onlyTheLinesOfItsNamesInASharedLog() throws Exception {
    write(
        """
        2026/11/29 10:00:00 [error] x, server: shop.test, y
        2026/11/29 10:00:01 [error] x, server: other.test, y
        more of the other
        2026/11/29 10:00:02 [error] x, server: shop.test, y
        """);
    assertThat(all(lines(10, "", "shop.test"))).hasSize(2);
  }

  @Test
  void aTruncatedAndAReplacedFileAreFollowed() throws Exception {
    write("2026/11/29 10:00:00 a\n");
    FileLines lines = lines(10, "");
    assertThat(all(lines)).hasSize(1);
    lines.follow();
    write("unfinished");
    assertThat(all(lines)).isEmpty();
    write(" no more\n");
    assertThat(all(lines)).containsExactly("10:00:00 unfinished no more");
    Path file = folder.resolve("error.log");
    Files.writeString(file, "2026/11/29 10:00:01 b\n");
    assertThat(all(lines)).containsExactly("10:00:01 2026/11/29 10:00:01 b");
    Files.move(file, folder.resolve("error.log.1"));
    assertThat(all(lines)).isEmpty();
    write("2026/11/29 10:00:02 c\n");
    assertThat(all(lines)).containsExactly("10:00:02 2026/11/29 10:00:02 c");
    lines.close();
  }

  @Test
  void aMissingFileHasNoLinesAndAVeryLongLineIsCut() throws Exception {
    assertThat(all(lines(10, ""))).isEmpty();
    write("2026/11/29 10:00:00 " + "x".repeat(100_000) + "\nshort\n");
    List<String> all = all(lines(10, ""));
    assertThat(all.getFirst().length()).isLessThan(20_000);
    assertThat(all.getLast()).isEqualTo("10:00:00 short");
  }
}
