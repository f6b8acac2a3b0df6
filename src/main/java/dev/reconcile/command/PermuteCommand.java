// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.command;

import dev.reconcile.cli.CommandFailed;
import dev.reconcile.cli.Console;
import dev.reconcile.cli.ExitCode;
import dev.reconcile.cli.Invocation;
import dev.reconcile.cli.Option;
import dev.reconcile.cli.Values;
import dev.reconcile.host.HostException;
import dev.reconcile.run.HostFactory;
import java.util.List;

/** The command {@code permute}, which prints the numbers of a range in the order of a key. */
final class PermuteCommand implements Subcommand {
  /** The count of numbers. */
  static final Option.Single SIZE =
      Option.value("size", "N", Values.TEXT, "the count of numbers, 1 to 2^64");

  /** The least and the greatest number. */
  static final Option.Single RANGE =
      Option.value(
          "range",
          "A-B",
          Values.TEXT,
          """
          the numbers A to B instead, from 0 to 2^64-1; or A..B, where A may be negative, \
          from -2^63 to 2^63-1\
          """);

  /** The key of the order. */
  static final Option.Single KEY =
      Option.value(
          "key",
          "K",
          Values.TEXT,
          "the text that selects the order (default: empty); visible in process lists");

  /** The first position. */
  static final Option.Single FROM =
      Option.value("from", "I", Values.TEXT, "start at position I, counted from 0");

  /** The count of positions. */
  static final Option.Single COUNT =
      Option.value("count", "C", Values.TEXT, "print C positions (default: all up to the end)");

  /** The positions in place of the numbers. */
  static final Option.Flag INVERSE =
      Option.flag(
          "inverse",
          "print the position of each number, starting at number I (in a range, A is number 0)");

  /** The treatment of the power of two above the count. */
  static final Option.Single STYLE =
      Option.value(
          "style",
          "walk|skip",
          Values.CHOICE,
          """
          walk (default) prints the number at each position; skip visits every position of \
          the next power of two (at least 256) and omits numbers from N on, which gives \
          another order, and --from and --count then count these positions\
          """);

  /** The format of a printed number. */
  static final Option.Single FORMAT =
      Option.value(
          "format",
          "lines|binary",
          Values.CHOICE,
          """
          lines (default) or binary; binary is 8 bytes per number, little-endian, in two's \
          complement if A is negative\
          """);

  /** The file of the output. */
  static final Option.Single OUTPUT =
      Option.value(
          "output", "FILE", Values.FILE, "write to FILE instead of standard output; replaces FILE");

  /** The token of an earlier run. */
  static final Option.Single RESUME =
      Option.value(
          "resume",
          "TOKEN",
          Values.TEXT,
          "continue at the token that a failed or stopped run printed; appends to FILE");

  /** The count of computing threads. */
  static final Option.Single THREADS =
      Option.value(
          "threads", "T", Values.TEXT, "the number of computing threads, 1 to 8 (default: 1)");

  @Override
  public String name() {
    return "permute";
  }

  @Override
  public String summary() {
    return "print the numbers of a range, each once, in a pseudorandom order";
  }

  @Override
  public String usage() {
    return "permute --size N|--range A-B [options]";
  }

  @Override
  public boolean keepsUmask() {
    return true;
  }

  @Override
  public String description() {
    return """
    Prints the numbers 0 to N-1, or A to B, each once, in a pseudorandom order. Works like
    shuf, in constant memory for any N. The order depends only on the numbers and the key, and
    is the same on every machine.

    The order is not cryptographically secure. If it must be unpredictable, use FF1 (NIST SP
    800-38G).

    If the output cannot be written, prints a token for --resume and exits with 1. If the
    reader of a pipe closes it, exits with 141 without a message.
    """;
  }

  @Override
  public List<Option> options() {
    return List.of(SIZE, RANGE, KEY, FROM, COUNT, INVERSE, STYLE, FORMAT, OUTPUT, RESUME, THREADS);
  }

  @Override
  public List<String> examples() {
    return List.of(
        "reconcile permute --size 1000 --key lottery-7",
        "reconcile permute --range 1-6",
        "reconcile permute --size 1000000 --from 500000 --output second-half.txt");
  }

  @Override
  public ExitCode run(Invocation invocation, Console console, HostFactory hosts)
      throws CommandFailed, HostException {
    return new NumberPrinter(PermuteArguments.of(invocation), console).run();
  }
}
