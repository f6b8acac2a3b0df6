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
      Option.value("size", "N", Values.TEXT, "how many numbers, 1 to 2^64");

  /** The least and the greatest number. */
  static final Option.Single RANGE =
      Option.value(
          "range",
          "A-B",
          Values.TEXT,
          "the numbers A to B instead, 0 to 2^64-1; or A..B, where A may be below zero: from"
              + " -2^63 to 2^63-1");

  /** The key of the order. */
  static final Option.Single KEY =
      Option.value(
          "key",
          "K",
          Values.TEXT,
          "which order, any text (default: empty); visible in process lists");

  /** The first position. */
  static final Option.Single FROM =
      Option.value("from", "I", Values.TEXT, "begin with the number at position I, counted from 0");

  /** The count of positions. */
  static final Option.Single COUNT =
      Option.value("count", "C", Values.TEXT, "print so many positions (default: up to the end)");

  /** The positions in place of the numbers. */
  static final Option.Flag INVERSE =
      Option.flag(
          "inverse",
          "print for each number from I on the position at which it stands (of a range, A is"
              + " number 0)");

  /** The treatment of the power of two above the count. */
  static final Option.Single STYLE =
      Option.value(
          "style",
          "walk|skip",
          Values.CHOICE,
          "walk (default): the number at each position; skip: go through the whole power of two"
              + " and leave out what is not below N: the same numbers in another order; --from"
              + " and --count then count positions of the power of two (at least 256), some of"
              + " which print nothing");

  /** The format of a printed number. */
  static final Option.Single FORMAT =
      Option.value(
          "format",
          "lines|binary",
          Values.CHOICE,
          "lines (default) or binary: 8 bytes a number, the lowest first; two's complement if A"
              + " is below zero");

  /** The file of the output. */
  static final Option.Single OUTPUT =
      Option.value(
          "output", "FILE", Values.FILE, "write to FILE, replacing it, instead of standard output");

  /** The token of an earlier run. */
  static final Option.Single RESUME =
      Option.value(
          "resume",
          "TOKEN",
          Values.TEXT,
          "go on where a run that failed or was stopped said; appends to FILE");

  /** The count of computing threads. */
  static final Option.Single THREADS =
      Option.value("threads", "T", Values.TEXT, "how many compute, 1 to 8 (default: 1)");

  @Override
  public String name() {
    return "permute";
  }

  @Override
  public String summary() {
    return "print the numbers of a range, each once, in an order that looks random";
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
    Prints the numbers 0 to N-1, or A to B, each once, in an order that looks random: like
    shuf, in constant memory for any N. The order depends on the numbers and the key alone, on
    every machine.

    It is no secret cipher: use FF1 (NIST SP 800-38G) where somebody must not guess it.

    Exits with 1 if the output takes no more, after printing a token for --resume; with 141
    and without a word if whoever reads a pipe has gone.
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
