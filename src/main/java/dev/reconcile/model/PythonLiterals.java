// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.model;

/**
 * The pattern of Python literals that are arguments of a call. gunicorn accepts them in {@code
 * module:factory(…)} and reads them with {@code ast.literal_eval}. Here, a list, tuple or dict
 * holds plain literals only, and a string has no backslash.
 */
enum PythonLiterals {
  ;

  private static final String TEXT =
      "[bBrRuU]?(?:'[^'\\\\\\p{Cntrl}]*+'|\"[^\"\\\\\\p{Cntrl}]*+\")";
  private static final String NUMBER =
      "[+-]?(?:0[xX][0-9A-Fa-f]{1,16}|[0-9]{1,20}(?:\\.[0-9]{0,20})?(?:[eE][+-]?[0-9]{1,3})?)";
  private static final String PLAIN = "(?:" + TEXT + "|" + NUMBER + "|True|False|None)";
  private static final String MANY = PLAIN + "(?: ?, ?" + PLAIN + "){0,40} ?,?";
  private static final String PAIR = PLAIN + " ?: ?" + PLAIN;
  private static final String VALUE =
      "(?:"
          + PLAIN
          + "|\\[(?:"
          + MANY
          + ")?\\]|\\((?:"
          + MANY
          + ")?\\)|\\{(?:"
          + PAIR
          + "(?: ?, ?"
          + PAIR
          + "){0,40})?\\})";
  private static final String NAMED = "[A-Za-z_][A-Za-z0-9_]{0,80} ?= ?" + VALUE;

  /** The text between the parentheses of a call: positional arguments, then keyword arguments. */
  static final String ARGUMENTS =
      " ?(?:(?:"
          + VALUE
          + "(?: ?, ?"
          + VALUE
          + "){0,20}(?: ?, ?"
          + NAMED
          + "){0,20}|"
          + NAMED
          + "(?: ?, ?"
          + NAMED
          + "){0,20}) ?,? ?)?";
}
