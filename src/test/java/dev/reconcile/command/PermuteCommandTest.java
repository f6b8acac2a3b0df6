// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.Main;
import dev.reconcile.cli.Console;
import dev.reconcile.cli.ExitCode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command line of permute: what it writes, what it refuses, how it goes on. */
final class PermuteCommandTest {
  @TempDir Path folder;
  private Path file;
  private ByteArrayOutputStream said;

  @BeforeEach
  void prepare() {
    file = folder.resolve("numbers");
  }

  private ExitCode run(String... words) {
    said = new ByteArrayOutputStream();
    PrintStream stream = new PrintStream(said, true, StandardCharsets.UTF_8);
    return Main.run(
        Stream.concat(Stream.of("permute"), Stream.of(words)).toList(),
        new Console(stream, stream, Map.of(), false));
  }

  private String said() {
    return said.toString(StandardCharsets.UTF_8);
  }

  private List<String> lines() throws IOException {
    return Files.readAllLines(file);
  }

  @Test
  void numbersGoToAFileWhichIsReplaced() throws IOException {
    Files.writeString(file, "something longer than what comes\n".repeat(3));
    assertThat(run("--size", "5", "--output", "" + file)).isEqualTo(ExitCode.OK);
    assertThat(lines()).containsExactly("0", "2", "3", "1", "4");
    assertThat(said()).isEmpty();
  }

  @Test
  void partsMakeTheWhole() throws IOException {
    run("--size", "1000", "--key", "k", "--output", "" + file);
    List<String> whole = lines();
    run("--size", "1000", "--key", "k", "--from", "100", "--count", "50", "--output", "" + file);
    assertThat(lines()).isEqualTo(whole.subList(100, 150));
    run("--size", "1000", "--key", "k", "--from", "150", "--output", "" + file);
    assertThat(lines()).isEqualTo(whole.subList(150, 1000));
    assertThat(run("--size", "1000", "--count", "0", "--output", "" + file)).isEqualTo(ExitCode.OK);
    assertThat(file).isEmptyFile();
  }

  @Test
  void inverseTellsWhereANumberStands() throws IOException {
    run("--size", "10", "--output", "" + file);
    List<String> forward = lines();
    run("--size", "10", "--inverse", "--output", "" + file);
    List<String> inverse = lines();
    for (int i = 0; i < 10; i++) {
      assertThat(inverse.get(Integer.parseInt(forward.get(i)))).isEqualTo("" + i);
    }
  }

  @Test
  void sizesReach2To64() throws IOException {
    assertThat(
            run(
                "--size",
                "18446744073709551616",
                "--key",
                "example",
                "--count",
                "2",
                "--from",
                "18446744073709551614",
                "--output",
                "" + file))
        .isEqualTo(ExitCode.OK);
    assertThat(lines()).hasSize(2).last().isEqualTo("5706206316552567705");
  }

  @ParameterizedTest
  @CsvSource({
    "1-5, 1",
    "1..5, 1",
    "0-4, 0",
    "-5--1, -5",
    "-5..-1, -5",
    "-2-2, -2",
    "-2..2, -2",
    "99999998-100000002, 99999998",
    "18446744073709551611-18446744073709551615, 18446744073709551611",
    "9223372036854775803..9223372036854775807, 9223372036854775803",
    "-9223372036854775808..-9223372036854775804, -9223372036854775808",
  })
  void aRangeHasTheOrderOfItsSize(String range, String least) throws IOException {
    assertThat(run("--range", range, "--output", "" + file)).isEqualTo(ExitCode.OK);
    List<String> expected =
        Stream.of("0", "2", "3", "1", "4")
            .map(number -> new BigInteger(least).add(new BigInteger(number)).toString())
            .toList();
    assertThat(lines()).isEqualTo(expected);
    assertThat(run("--range=" + range, "--output", "" + file)).isEqualTo(ExitCode.OK);
    assertThat(lines()).isEqualTo(expected);
  }

  @Test
  void aRangeReachesAllNumbersOfALong() throws IOException {
    String last = "18446744073709551615";
    String[] rest = {"--key", "example", "--from", last, "--output", "" + file};
    run(
        Stream.concat(Stream.of("--size", "18446744073709551616"), Stream.of(rest))
            .toArray(String[]::new));
    BigInteger number = new BigInteger(lines().getFirst());
    run(
        Stream.concat(
                Stream.of("--range=-9223372036854775808..9223372036854775807"), Stream.of(rest))
            .toArray(String[]::new));
    assertThat(lines()).containsExactly(number.add(BigInteger.valueOf(Long.MIN_VALUE)).toString());
    run(Stream.concat(Stream.of("--range", "0-" + last), Stream.of(rest)).toArray(String[]::new));
    assertThat(lines()).containsExactly("" + number);
  }

  @Test
  void partsOfARangeMakeTheWholeInBothStyles() throws IOException {
    for (String style : List.of("walk", "skip")) {
      String[] all = {"--range=-700..299", "--style", style, "--output", "" + file};
      run(all);
      List<String> whole = lines();
      assertThat(whole.stream().map(Integer::valueOf).sorted())
          .isEqualTo(IntStream.rangeClosed(-700, 299).boxed().toList());
      run(Stream.concat(Stream.of(all), Stream.of("--count", "400")).toArray(String[]::new));
      List<String> parts = lines();
      run(Stream.concat(Stream.of(all), Stream.of("--from", "400")).toArray(String[]::new));
      assertThat(Stream.concat(parts.stream(), lines().stream())).isEqualTo(whole);
    }
  }

  @Test
  void aRangeGoesOnWithAToken() throws IOException {
    run("--range=-5..9", "--output", "" + file);
    List<String> whole = lines();
    run("--range=-5..9", "--output", "/dev/full", "--from", "6");
    String token = "v1:-5..9:3b4c7a5f4025c894:6";
    assertThat(said()).contains("--resume " + token);
    run("--range=-5..9", "--count", "6", "--output", "" + file);
    assertThat(run("--range", "-5-9", "--resume", token, "--output", "" + file))
        .isEqualTo(ExitCode.OK);
    assertThat(lines()).isEqualTo(whole);
  }

  @Test
  void inverseTellsPositionsOfARange() throws IOException {
    run("--range", "11-20", "--output", "" + file);
    List<String> forward = lines();
    run("--range", "11-20", "--inverse", "--output", "" + file);
    List<String> inverse = lines();
    for (int i = 0; i < 10; i++) {
      assertThat(inverse.get(Integer.parseInt(forward.get(i)) - 11)).isEqualTo("" + i);
    }
  }

  @Test
  void aTokenGoesOnInTheSameFile() throws IOException {
    run("--size", "1000", "--output", "" + file);
    List<String> whole = lines();
    run("--size", "1000", "--count", "400", "--output", "" + file);
    String token = "v1:1000:3b4c7a5f4025c894:400";
    assertThat(run("--size", "1000", "--resume", token, "--output", "" + file))
        .isEqualTo(ExitCode.OK);
    assertThat(lines()).isEqualTo(whole);
    String end = "v1:1000:3b4c7a5f4025c894:1000";
    assertThat(run("--size", "1000", "--resume", end, "--output", "" + file))
        .isEqualTo(ExitCode.OK);
    assertThat(lines()).isEqualTo(whole);
  }

  @Test
  void aFileThatEndsWithinANumberIsNotGoneOnWith() throws IOException {
    Files.writeString(file, "1\n5\n80");
    String token = "v1:1000:3b4c7a5f4025c894:2";
    assertThat(run("--size", "1000", "--resume", token, "--output", "" + file))
        .isEqualTo(ExitCode.USAGE);
    assertThat(said()).contains("ends within a number");
    assertThat(file).hasContent("1\n5\n80");
  }

  @Test
  void aFullDiskCostsNothing() {
    assertThat(run("--size", "1000", "--output", "/dev/full", "--from", "7", "--count", "9"))
        .isEqualTo(ExitCode.FAILED);
    assertThat(said())
        .contains("No space left on device")
        .contains("the same options, without --from and --count, and")
        .contains("--resume v1:1000:3b4c7a5f4025c894:7 --count 9");
    run("--size", "1000", "--output", "/dev/full");
    assertThat(said()).contains("the same options and", "--resume v1:1000:3b4c7a5f4025c894:0");
  }

  @Test
  void aFolderThatIsMissingIsSaid() {
    assertThat(run("--size", "10", "--output", folder + "/no/file")).isEqualTo(ExitCode.FAILED);
    assertThat(said()).contains("No such directory");
  }

  @Test
  void theKeyIsNeverShown() {
    run("--size", "1000", "--key", "hush", "--output", "/dev/full");
    assertThat(said()).contains("--resume v1:1000:").doesNotContain("hush");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "| 1 to 2^64",
        "--size 0 | from 1 to 2^64",
        "--size -1 | from 1 to 2^64",
        "--size 1e6 | from 1 to 2^64",
        "--size 18446744073709551617 | from 1 to 2^64",
        "--size 5 --size 6 | accepts only one value",
        "--size 5 --key \uFFFD | UTF-8",
        "--size 5 --from 5 | from 0 to 4",
        "--size 5 --from 2 --count 4 | from 0 to 3",
        "--size 5 --style skip --count 257 | from 0 to 256",
        "--size 5 --style jump | walk or skip",
        "--size 5 --style skip --inverse | --style skip has no such positions",
        "--size 5 --format hex | lines or binary",
        "--size 5 --threads 0 | from 1 to 8",
        "--size 5 --resume x | A token looks like v1:5:3b4c7a5f4025c894:0",
        "--size 5 --resume v1:6:3b4c7a5f4025c894:1 | --size 6, not --size 5",
        "--range 0-4 --resume v1:5:3b4c7a5f4025c894:1 | --size 5, not --range 0..4",
        "--range 1-5 --resume v1:0..4:3b4c7a5f4025c894:1 | --range 0..4, not --range 1..5",
        "--range 1-5 --size 5 | Omit --size",
        "--range 5 | two whole numbers",
        "--range 1-x | two whole numbers",
        "--range 1..2..3 | two whole numbers",
        "--range 1-2-3 | two whole numbers",
        "--range 9-1 | Write 1..9",
        "--range=-1--9 | Write -9..-1",
        "--range 0-18446744073709551616 | from 0 to 2^64 - 1",
        "--range=-1-9223372036854775808 | from 0 to 2^64 - 1",
        "--range=-9223372036854775809..0 | from 0 to 2^64 - 1",
        "--range 11-20 --from 10 | from 0 to 9",
        "--range 11-20 --from 2 --count 9 | from 0 to 8",
        "--range 11-20 --style skip --inverse | --style skip has no such positions",
        "--size 5 --resume v1:5:0000000000000000:1 | another --key",
        "--size 5 --resume v1-skip:5:3b4c7a5f4025c894:1 | another --style",
        "--size 5 --resume v1:5:3b4c7a5f4025c894:6 | 0 to 5",
        "--size 5 --resume v1:5:3b4c7a5f4025c894:1 --from 1 | Omit --from",
        "--size 5 6 | Unexpected argument",
      })
  void whatMakesNoSenseIsRefusedWithWhatIsAllowed(String words, String allowed) {
    String[] arguments = words == null ? new String[0] : words.split(" ");
    assertThat(run(arguments)).isEqualTo(ExitCode.USAGE);
    assertThat(said()).contains(allowed);
  }
}
