package dev.reconcile.model;

/**
 * How Python's literals look as arguments of a call: what gunicorn takes in {@code
 * module:factory(…)}, whose arguments it reads with {@code ast.literal_eval}. A list, tuple or dict
 * holds plain literals here, and a string has no backslash.
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

  /** What may stand between the parentheses of a call: literals, and then named ones. */
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
