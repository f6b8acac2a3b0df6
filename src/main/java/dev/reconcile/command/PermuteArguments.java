// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.command;

import dev.reconcile.cli.CommandFailed;
import dev.reconcile.cli.Invocation;
import dev.reconcile.cli.Option;
import dev.reconcile.permute.KeyedPermutation;
import dev.reconcile.permute.NumberFormat;
import dev.reconcile.permute.Order;
import dev.reconcile.permute.ResumeToken;
import dev.reconcile.permute.Span;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The arguments of {@code permute}, after all checks.
 *
 * @param permutation the permutation, with the count of numbers and the key
 * @param span the range of numbers
 * @param order the number at each position
 * @param format the format of a printed number
 * @param first the first position
 * @param end the position after the last; {@code first} if nothing is left to print
 * @param isPart whether more positions follow the end
 * @param threads the number of computing threads
 * @param output the file; empty for standard output
 * @param resumed whether the output continues that of an earlier run
 * @param mark the token of position 0, from which the other tokens of this run derive
 */
record PermuteArguments(
    KeyedPermutation permutation,
    Span span,
    Order order,
    NumberFormat format,
    BigInteger first,
    BigInteger end,
    boolean isPart,
    int threads,
    Optional<String> output,
    boolean resumed,
    ResumeToken mark) {

  private static final BigInteger MOST = BigInteger.ONE.shiftLeft(Long.SIZE);
  private static final int MOST_THREADS = 8;
  private static final String DECODED_BADLY = "\uFFFD";

  static PermuteArguments of(Invocation arguments) throws CommandFailed {
    PermuteRange range = PermuteRange.of(arguments);
    BigInteger size = range.count();
    byte[] key = key(arguments);
    KeyedPermutation permutation =
        size.equals(MOST)
            ? KeyedPermutation.ofFullRange(key)
            : KeyedPermutation.of(key, size.longValue());
    Order order = order(arguments);
    BigInteger positions =
        order == Order.SKIP ? unsigned(permutation.lastPosition()).add(BigInteger.ONE) : size;
    ResumeToken mark = new ResumeToken(order, range.mark(), ResumeToken.fingerprint(key), "0");
    Optional<String> token = arguments.value(PermuteCommand.RESUME);
    BigInteger first =
        token.isPresent()
            ? resumed(arguments, token.get(), mark, positions)
            : from(arguments, positions);
    BigInteger end = end(arguments, first, positions);
    return new PermuteArguments(
        permutation,
        range.span(),
        order,
        format(arguments),
        first,
        end,
        end.compareTo(positions) < 0,
        threads(arguments),
        arguments.value(PermuteCommand.OUTPUT),
        token.isPresent(),
        mark);
  }

  static BigInteger unsigned(long value) {
    return new BigInteger(Long.toUnsignedString(value));
  }

  /** Returns the token with which a run continues at a position. */
  String token(BigInteger position) {
    return new ResumeToken(order, mark.size(), mark.fingerprint(), position.toString()).text();
  }

  static BigInteger number(String text, Option option, BigInteger least, BigInteger most)
      throws CommandFailed {
    if (text.matches("[0-9]{1,30}")) {
      BigInteger value = new BigInteger(text);
      if (value.compareTo(least) >= 0 && value.compareTo(most) <= 0) {
        return value;
      }
    }
    String upTo = most.equals(MOST) ? "2^64 (18446744073709551616)" : most.toString();
    throw Invocation.usage(
        "Invalid number",
        "%s takes a whole number from %s to %s, not \"%s\"."
            .formatted(option.dashed(), least, upTo, text));
  }

  private static byte[] key(Invocation arguments) throws CommandFailed {
    String key = arguments.value(PermuteCommand.KEY).orElse("");
    if (key.contains(DECODED_BADLY) || !StandardCharsets.UTF_8.newEncoder().canEncode(key)) {
      throw Invocation.usage(
          "Invalid encoding", "--key takes text in UTF-8, and this text is not UTF-8.");
    }
    return key.getBytes(StandardCharsets.UTF_8);
  }

  private static Order order(Invocation arguments) throws CommandFailed {
    boolean skip = arguments.value(PermuteCommand.STYLE).orElse("walk").equals("skip");
    if (skip && arguments.has(PermuteCommand.INVERSE)) {
      throw Invocation.usage(
          "Conflicting options",
          "--inverse requires --style walk, because --style skip has no such positions.");
    }
    return skip ? Order.SKIP : arguments.has(PermuteCommand.INVERSE) ? Order.INVERSE : Order.WALK;
  }

  private static NumberFormat format(Invocation arguments) throws CommandFailed {
    return arguments.value(PermuteCommand.FORMAT).orElse("lines").equals("lines")
        ? NumberFormat.LINES
        : NumberFormat.BINARY;
  }

  private static BigInteger from(Invocation arguments, BigInteger positions) throws CommandFailed {
    return number(
        arguments.value(PermuteCommand.FROM).orElse("0"),
        PermuteCommand.FROM,
        BigInteger.ZERO,
        positions.subtract(BigInteger.ONE));
  }

  private static BigInteger end(Invocation arguments, BigInteger first, BigInteger positions)
      throws CommandFailed {
    BigInteger most = positions.subtract(first);
    Optional<String> count = arguments.value(PermuteCommand.COUNT);
    return count.isEmpty()
        ? positions
        : first.add(number(count.get(), PermuteCommand.COUNT, BigInteger.ZERO, most));
  }

  private static int threads(Invocation arguments) throws CommandFailed {
    String text = arguments.value(PermuteCommand.THREADS).orElse("1");
    return number(text, PermuteCommand.THREADS, BigInteger.ONE, BigInteger.valueOf(MOST_THREADS))
        .intValue();
  }

  private static BigInteger resumed(
      Invocation arguments, String text, ResumeToken mark, BigInteger positions)
      throws CommandFailed {
    if (arguments.value(PermuteCommand.FROM).isPresent()) {
      throw Invocation.usage(
          "Conflicting options", "The token of --resume contains the start position. Omit --from.");
    }
    ResumeToken token =
        ResumeToken.parse(text)
            .orElseThrow(() ->
                foreign(
                    """
                    "%s" is not a token. A token looks like %s. An earlier run prints it.\
                    """
                        .formatted(text, mark.text())));
    if (!token.size().equals(mark.size())) {
      throw foreign(
          "The token belongs to %s, not %s."
              .formatted(PermuteRange.option(token.size()), PermuteRange.option(mark.size())));
    }
    if (!token.fingerprint().equals(mark.fingerprint())) {
      throw foreign("The token belongs to another --key.");
    }
    if (token.order() != mark.order()) {
      throw foreign("The token belongs to a run with another --style, or differs in --inverse.");
    }
    BigInteger next = new BigInteger(token.next());
    if (next.compareTo(positions) > 0) {
      throw foreign("The token ends with a position, which must be from 0 to " + positions + ".");
    }
    return next;
  }

  private static CommandFailed foreign(String detail) {
    return Invocation.usage("Invalid resume token", detail);
  }
}
