// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static dev.reconcile.it.Operator.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command permute among other programs: pipes, terminals, full disks and signals. */
class PermuteIT {

  private static final Pattern TOKEN =
      Pattern.compile("--resume (v1[a-z-]*:\\d+:[0-9a-f]+:(\\d+))");
  private static final String ERASE_LINE = "\033[K";

  /** Sends the signal once it prints; Java would ignore SIGINT, as the shell says it should. */
  private static final String END_BY_SIGNAL =
      """
      rm -f /var/tmp/numbers
      env --default-signal=INT $2 --output /var/tmp/numbers &
      for _ in $(seq 300); do
        [ "$(stat -c %s /var/tmp/numbers 2>/dev/null)" -gt 100000 ] 2>/dev/null && break
        sleep 0.1
      done
      kill -s "$1" $!
      wait $!
      """;

  private static TestHost host;

  @BeforeAll
  static void boot() {
    host = TestHost.boot();
    host.copyJar();
  }

  @AfterAll
  static void close() {
    host.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "--threads 3", "--format binary"})
  void readerThatHasEnoughEndsItWithoutAWord(String options) {
    Result result =
        bash(
            """
            reconcile permute --size 1000000000 %s | head -c 20 | wc -c
            echo "${PIPESTATUS[0]}"
            """
                .formatted(options));
    // as if SIGPIPE had ended it, which is how others end there
    assertThat(result.stdout()).isEqualTo("20\n141\n");
    assertThat(result.stderr()).isEmpty();
  }

  @Test
  void personAtATerminalSeesHowFarItIs() {
    // script(1) gives it a terminal; two seconds' work at least
    String command = "reconcile permute --size 30000000 --inverse --output /var/tmp/numbers";
    Result onTerminal = host.exec("script", "-qec", command, "/dev/null");

    succeed(0, onTerminal);
    assertThat(onTerminal.stdout())
        .containsPattern("\r\\d+ % \\(\\d+ of 30000000 positions\\)")
        .endsWith("\r" + ERASE_LINE);
    assertThat(host.runScript("wc -l </var/tmp/numbers")).isEqualTo("30000000\n");
    assertThat(succeed(0, host.sh(command)).stderr()).isEmpty();
  }

  @Test
  void numbersOnATerminalAreNotMixedWithProgress() {
    Result onTerminal =
        host.exec("script", "-qec", "reconcile permute --size 1000000 --inverse", "/dev/null");

    succeed(0, onTerminal);
    assertThat(onTerminal.stdout()).doesNotContain("%", ERASE_LINE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "--format binary", "--style skip", "--inverse", "--threads 3 --from 1000"})
  void fullDiskCostsNothing(String options) {
    String command = "reconcile permute --size 700001 --key k " + options;
    host.runScript(
        """
        mkdir -p /mnt/small
        mount -t tmpfs -o size=1m none /mnt/small
        """);
    try {
      Result full = succeed(1, host.sh(command + " --output /mnt/small/file"));
      assertThat(full.stderr()).contains("/mnt/small/file: No space left on device");
      String withoutFrom = command.replaceFirst("--from \\d+", "");
      succeed(1, host.sh(withoutFrom + " --output /mnt/small/file --resume " + token(full)));

      host.runScript("rm /mnt/small/file");
      full = succeed(1, host.sh(command + " >/mnt/small/file"));
      assertThat(full.stderr()).contains("standard output: No space left on device");
      host.runScript("mount -o remount,size=20m /mnt/small");
      String rest = withoutFrom + " --resume " + token(full);
      succeed(0, host.sh("cp /mnt/small/file /mnt/small/other"));
      succeed(0, host.sh(rest + " >>/mnt/small/file"));
      succeed(0, host.sh(rest + " --output /mnt/small/other"));

      host.runScript(command + " | cmp - /mnt/small/file");
      host.runScript("cmp /mnt/small/file /mnt/small/other");
    } finally {
      host.run("umount", "/mnt/small");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TERM", "INT", "HUP"})
  void signalLeavesWholeNumbersAndSaysWhereToGoOn(String signal) {
    String command = "reconcile permute --size 10000000000 --threads 2";
    Result ended = host.exec("sh", "-c", END_BY_SIGNAL, "sh", signal, command);

    assertThat(ended.stderr()).contains("Interrupted output");
    assertThat(ended.exitCode()).isNotZero();
    Matcher token = TOKEN.matcher(ended.stderr());
    assertThat(token.find()).describedAs(ended.stderr()).isTrue();
    String lines = host.runScript("wc -l </var/tmp/numbers; tail -n 1 /var/tmp/numbers");
    String last = " --from " + (Long.parseLong(token.group(2)) - 1) + " --count 1";
    assertThat(lines).isEqualTo(token.group(2) + "\n" + host.runScript(command + last));
  }

  private static String token(Result result) {
    Matcher token = TOKEN.matcher(result.stderr());
    assertThat(token.find()).describedAs(result.stderr()).isTrue();
    return token.group(1);
  }

  private static Result bash(String script) {
    return host.exec("bash", "-c", script);
  }
}
