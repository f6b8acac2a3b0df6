// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.python;

import dev.reconcile.python.Token.Sort;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;

/** A reader of one expression. An expression that is no literal is {@link Literal.Computed}. */
final class LiteralReader {
  private static final Literal COMPUTED = new Literal.Computed();
  private static final Map<String, Literal> WORDS =
      Map.of(
          "True", new Literal.Flag(true),
          "False", new Literal.Flag(false),
          "None", new Literal.Nothing());
  private static final Map<String, Integer> BASES = Map.of("0x", 16, "0o", 8, "0b", 2);
  private static final int DEEPEST = 20;

  private final List<Token> tokens;
  private int at;

  private LiteralReader(List<Token> tokens) {
    this.tokens = tokens;
  }

  static Literal of(List<Token> tokens) {
    LiteralReader reader = new LiteralReader(tokens);
    Series all = reader.series(0);
    return reader.at == tokens.size() ? all.value() : COMPUTED;
  }

  /** Expressions with commas between them; one expression with a comma is a tuple, too. */
  private record Series(List<Literal> values, boolean hasComma) {
    Literal value() {
      return hasComma ? many() : values.isEmpty() ? COMPUTED : values.getFirst();
    }

    Literal many() {
      return values.stream().allMatch(Literal::isKnown) ? new Literal.Many(values) : COMPUTED;
    }
  }

  private boolean sees(String sign) {
    return at < tokens.size() && tokens.get(at).isSign(sign);
  }

  private Series series(int depth) {
    List<Literal> values = new ArrayList<>();
    boolean comma = false;
    while (at < tokens.size() && !sees(")") && !sees("]")) {
      values.add(one(depth));
      if (!sees(",")) {
        break;
      }
      comma = true;
      at++;
    }
    return new Series(values, comma);
  }

  private Literal one(int depth) {
    if (depth > DEEPEST) {
      return COMPUTED;
    }
    Token token = tokens.get(at++);
    return switch (token.sort()) {
      case STRING -> string(token);
      case NUMBER -> whole(token.text(), 1);
      case NAME -> WORDS.getOrDefault(token.text(), COMPUTED);
      case OTHER_STRING -> COMPUTED;
      case SIGN -> signed(token.text(), depth);
    };
  }

  private Literal signed(String sign, int depth) {
    boolean number = at < tokens.size() && tokens.get(at).sort() == Sort.NUMBER;
    return switch (sign) {
      case "-" -> number ? whole(tokens.get(at++).text(), -1) : COMPUTED;
      case "+" -> number ? whole(tokens.get(at++).text(), 1) : COMPUTED;
      case "(", "[" -> bracket(sign.equals("["), depth);
      default -> COMPUTED;
    };
  }

  private Literal bracket(boolean list, int depth) {
    Series inside = series(depth + 1);
    if (!sees(list ? "]" : ")")) {
      return COMPUTED;
    }
    at++;
    return list || inside.values().isEmpty() ? inside.many() : inside.value();
  }

  // neighbouring strings are one
  private Literal string(Token first) {
    StringBuilder text = new StringBuilder(first.text());
    while (at < tokens.size() && tokens.get(at).sort() == Sort.STRING) {
      text.append(tokens.get(at++).text());
    }
    boolean goesOn = at < tokens.size() && tokens.get(at).sort() == Sort.OTHER_STRING;
    return goesOn ? COMPUTED : new Literal.Text(text.toString());
  }

  private static Literal whole(String text, int sign) {
    OptionalLong value = number(text.replace("_", "").toLowerCase(Locale.ROOT));
    return value.isPresent() ? new Literal.Whole(sign * value.getAsLong()) : COMPUTED;
  }

  private static OptionalLong number(String text) {
    Integer base = text.length() > 2 ? BASES.get(text.substring(0, 2)) : null;
    String digits = base == null ? text : text.substring(2);
    try {
      return OptionalLong.of(Long.parseLong(digits, base == null ? 10 : base));
    } catch (NumberFormatException e) {
      return OptionalLong.empty(); // a float, or a number that no setting has
    }
  }
}
