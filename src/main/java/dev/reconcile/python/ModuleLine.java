// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.python;

import java.util.ArrayList;
import java.util.List;

/**
 * A logical line of a module: brackets, backslashes and long strings join several lines of text.
 *
 * @param isIndented whether it belongs to the block of an earlier line
 * @param tokens its tokens, at least one
 */
record ModuleLine(boolean isIndented, List<Token> tokens) {
  ModuleLine {
    tokens = List.copyOf(tokens);
  }

  Token first() {
    return tokens.getFirst();
  }

  /** Returns the tokens between the signs {@code sign} that are in no bracket. */
  static List<List<Token>> split(List<Token> tokens, String sign) {
    List<List<Token>> parts = new ArrayList<>();
    List<Token> part = new ArrayList<>();
    int depth = 0;
    for (Token token : tokens) {
      if (token.sort() == Token.Sort.SIGN) {
        depth += "([{".contains(token.text()) ? 1 : ")]}".contains(token.text()) ? -1 : 0;
      }
      if (depth == 0 && token.isSign(sign)) {
        parts.add(List.copyOf(part));
        part.clear();
      } else {
        part.add(token);
      }
    }
    parts.add(List.copyOf(part));
    return parts;
  }
}
