// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.command;

import dev.reconcile.cli.CommandFailed;
import dev.reconcile.cli.Invocation;
import dev.reconcile.permute.Span;
import java.math.BigInteger;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The range of numbers for {@code permute}.
 *
 * <p>Invariant: all numbers fit into 64 bits, unsigned, or as two's complement if the least is
 * negative.
 *
 * @param option the option that gives the range, with its value in normal form
 * @param least the least number
 * @param greatest the greatest number
 */
record PermuteRange(String option, BigInteger least, BigInteger greatest) {
  private static final Pattern FORM = Pattern.compile("(-?[0-9]{1,30})(?:-|\\.\\.)(-?[0-9]{1,30})");
  private static final String WANTED =
      "--size N prints the numbers 0 to N-1, N from 1 to 2^64; --range A-B prints A to B.";

  private static final BigInteger SIZES = BigInteger.ONE.shiftLeft(Long.SIZE);
  private static final BigInteger BELOW_ZERO = BigInteger.ONE.shiftLeft(Long.SIZE - 1);

  static PermuteRange of(Invocation arguments) throws CommandFailed {
    Optional<String> size = arguments.value(PermuteCommand.SIZE);
    Optional<String> range = arguments.value(PermuteCommand.RANGE);
    if (size.isPresent() && range.isPresent()) {
      throw Invocation.usage(
          "Conflicting options", "--range determines the count of numbers. Omit --size.");
    }
    if (range.isPresent()) {
      return parse(range.get());
    }
    String text =
        size.orElseThrow(
            () -> Invocation.usage("Missing size", WANTED).suggesting("reconcile permute --help"));
    BigInteger count = PermuteArguments.number(text, PermuteCommand.SIZE, BigInteger.ONE, SIZES);
    return new PermuteRange("--size " + count, BigInteger.ZERO, count.subtract(BigInteger.ONE));
  }

  private static PermuteRange parse(String text) throws CommandFailed {
    Matcher ends = FORM.matcher(text);
    if (!ends.matches()) {
      throw mistake("--range takes two whole numbers, as in 1-6 or -5..9, not \"" + text + "\".");
    }
    BigInteger least = new BigInteger(ends.group(1));
    BigInteger greatest = new BigInteger(ends.group(2));
    if (least.compareTo(greatest) > 0) {
      throw mistake(
          "--range %s begins with the larger number. Write %s..%s."
              .formatted(text, greatest, least));
    }
    boolean signed = least.signum() < 0;
    BigInteger end = signed ? BELOW_ZERO : SIZES;
    if (least.compareTo(BELOW_ZERO.negate()) < 0 || greatest.compareTo(end) >= 0) {
      throw mistake(
          """
          --range takes numbers from 0 to 2^64 - 1, or from -2^63 to 2^63 - 1. %s contains a \
          number outside of them.\
          """
              .formatted(text));
    }
    return new PermuteRange("--range " + least + ".." + greatest, least, greatest);
  }

  private static CommandFailed mistake(String detail) {
    return Invocation.usage("Invalid range", detail);
  }

  /** Returns the count of numbers. */
  BigInteger count() {
    return greatest.subtract(least).add(BigInteger.ONE);
  }

  /** Returns the range as it appears in a resume token: the option's value. */
  String mark() {
    return option.substring(option.indexOf(' ') + 1);
  }

  /** Returns the option for the range of a resume token. */
  static String option(String mark) {
    return (mark.contains("..") ? "--range " : "--size ") + mark;
  }

  /** Returns the range in 64-bit numbers. */
  Span span() {
    return new Span(least.longValue(), greatest.subtract(least).longValue(), least.signum() < 0);
  }
}
