// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.command;

import dev.reconcile.cli.CommandFailed;
import dev.reconcile.cli.Console;
import dev.reconcile.cli.ExitCode;
import dev.reconcile.cli.Terminal;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.permute.NumberWriter;
import java.io.IOException;
import java.math.BigInteger;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The printer of the numbers of a range, in the order of a key. */
final class NumberPrinter {
  private static final long PROGRESS_MILLIS = 500;
  private static final long PATIENCE_SECONDS = 10;
  private static final BigInteger HUNDRED = BigInteger.valueOf(100);

  private final PermuteArguments arguments;
  private final Console console;
  private final NumberWriter writer;

  NumberPrinter(PermuteArguments arguments, Console console) {
    this.arguments = arguments;
    this.console = console;
    this.writer =
        new NumberWriter(
            arguments.permutation(), arguments.span(), arguments.order(), arguments.format());
  }

  /** Prints the numbers; if it ends early, prints the command that continues. */
  ExitCode run() throws CommandFailed {
    try (NumberOutput out = NumberOutput.open(arguments)) {
      return arguments.first().equals(arguments.end()) ? ExitCode.OK : write(out);
    } catch (IOException e) {
      throw new CommandFailed(
          ExitCode.FAILED,
          "Unwritable output",
          NumberOutput.name(arguments) + ": " + NumberOutput.reason(e));
    }
  }

  private ExitCode write(NumberOutput out) {
    CountDownLatch ended = new CountDownLatch(1);
    // A signal must not end the run before the token is printed. After the run, this does nothing.
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stopAndAwait(ended)));
    Thread progress = Thread.ofPlatform().daemon().unstarted(this::showProgress);
    if (out.isFile() && Terminal.isError() && !console.isQuiet()) {
      progress.start();
    }
    try {
      writer.write(
          out.channel(),
          arguments.first().longValue(),
          arguments.end().subtract(BigInteger.ONE).longValue(),
          arguments.threads());
      end(progress);
      return writer.next() == arguments.end().longValue() ? ExitCode.OK : stopped();
    } catch (IOException e) {
      end(progress);
      return out.readerHasGone(e) ? ExitCode.NO_READER : failed(e, out);
    } finally {
      ended.countDown();
    }
  }

  private void stopAndAwait(CountDownLatch ended) {
    writer.stop();
    try {
      // With a limit, because a pipe that nobody reads blocks the writer.
      boolean _ = ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private ExitCode stopped() {
    console.say(Diagnostic.error("Interrupted output", howToGoOn()));
    return ExitCode.FAILED;
  }

  private ExitCode failed(IOException failure, NumberOutput out) {
    int cut = out.withoutCut(writer.cut());
    String rest =
        cut == 0 ? "" : "The last " + cut + " bytes are an incomplete number. Remove them first.\n";
    console.say(
        Diagnostic.error(
            "Write error",
            "%s: %s\n%s%s"
                .formatted(
                    NumberOutput.name(arguments),
                    NumberOutput.reason(failure),
                    rest,
                    howToGoOn())));
    return ExitCode.FAILED;
  }

  private String howToGoOn() {
    BigInteger next = PermuteArguments.unsigned(writer.next());
    boolean fromTyped = !arguments.resumed() && arguments.first().signum() > 0;
    String replaced =
        fromTyped || arguments.isPart() ? ", without --from and --count, and" : " and";
    String count = arguments.isPart() ? " --count " + arguments.end().subtract(next) : "";
    return """
    Positions %s to %s (exclusive) are printed. To continue, pass the same options%s
      --resume %s%s\
    """
        .formatted(arguments.first(), next, replaced, arguments.token(next), count);
  }

  private void showProgress() {
    BigInteger all = arguments.end().subtract(arguments.first());
    try {
      while (true) {
        Thread.sleep(PROGRESS_MILLIS);
        BigInteger done = PermuteArguments.unsigned(writer.next()).subtract(arguments.first());
        console.progress(
            done.multiply(HUNDRED).divide(all) + " % (" + done + " of " + all + " positions)");
      }
    } catch (InterruptedException _) {
      console.progress("");
    }
  }

  private static void end(Thread progress) {
    progress.interrupt();
    try {
      progress.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
