// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.python;

/**
 * A token of a module.
 *
 * @param sort what it is
 * @param text its text; of a string, its value
 * @param line its line, from 1
 * @param column its column in characters, from 1
 */
record Token(Sort sort, String text, int line, int column) {
  /** The type of a token. */
  enum Sort {
    NAME,
    NUMBER,
    /** A string whose value is known. */
    STRING,
    /** A string whose value only Python knows, such as an f-string, and bytes. */
    OTHER_STRING,
    SIGN
  }

  boolean isSign(String sign) {
    return sort == Sort.SIGN && text.equals(sign);
  }

  boolean isName() {
    return sort == Sort.NAME;
  }

  boolean isName(String name) {
    return isName() && text.equals(name);
  }
}
