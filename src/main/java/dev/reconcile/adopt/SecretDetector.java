// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.adopt;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** A heuristic that recognises secrets by name and value. */
final class SecretDetector {
  private static final Pattern NAME =
      Pattern.compile(
          """
          (?!(OLD)?PWD$).*(SECRET|PASSW|PASSPHRASE|(^|_)PASS($|_)|PWD|TOKEN|CREDENTIAL|PRIVATE\
          |API_?KEY|ACCESS_?KEY|_KEY$|^KEY$|(^|_)SK($|_)|(^|_)SALT($|_)|DSN|DATABASE_UR[LI]\
          |AUTHORIZATION).*\
          """);

  /** Names whose last word means a secret: their value is one, whatever its form. */
  private static final Pattern LAST =
      Pattern.compile(".*(SECRET|PASSWORD|PASSWD|PASS|PWD|PASSPHRASE|TOKEN|KEY|SALT|SK)");

  /** Names of values that are long and random, but public. */
  private static final Pattern PUBLIC =
      Pattern.compile(".*(SHA|COMMIT|REVISION|RELEASE|VERSION|BUILD|IMAGE|HOSTS?|URL|URI)");

  /** The forms of secrets that well-known services issue. */
  private static final Pattern KNOWN =
      Pattern.compile(
          "(?s)(%s)"
              .formatted(
                  String.join(
                      "|",
                      "[sr]k_(live|test)_.*",
                      "whsec_.*",
                      "sk-[A-Za-z0-9_-]{20,}",
                      "xox[a-z]-.*",
                      "gh[a-z]_[A-Za-z0-9]{10,}",
                      "github_pat_.*",
                      "glpat-.*",
                      "A(KI|SI)A[0-9A-Z]{16}",
                      "AIza[0-9A-Za-z_-]{30,}",
                      "SG\\.[A-Za-z0-9_-]{16,}\\..*",
                      "(key|xkeysib|pypi|sq0[a-z]{3})-[0-9A-Za-z_-]{20,}.*",
                      "(hf|npm|dop_v1|shp[a-z]{2})_[A-Za-z0-9]{20,}",
                      "eyJ[A-Za-z0-9_-]{10,}\\..*",
                      "ya29\\..*",
                      "[0-9]{8,10}:[A-Za-z0-9_-]{30,}",
                      ".*://[^/\\s]*:[^/\\s]+@.*",
                      ".*-----BEGIN .*")));

  private static final Pattern PATH = Pattern.compile("(~|\\.{0,2})/[A-Za-z0-9._/@-]*");
  private static final Pattern SMALL =
      Pattern.compile("(?i)|true|false|yes|no|on|off|none|null|[0-9.]{1,6}[smhd]?");
  private static final Pattern DENSE = Pattern.compile("[A-Za-z0-9+/=_!@#$%^&*.~-]{20,}");
  private static final Pattern WORD =
      Pattern.compile("[A-Za-z]{0,20}|[A-Za-z]{1,12}[0-9]{1,4}|[0-9]{1,4}");

  /**
   * The largest entropy of text that is not random, in bits per character; hexadecimal numbers have
   * 3.6.
   */
  private static final double MOST_ORDERLY = 3.3;

  private SecretDetector() {}

  /** Tells whether a variable or a header with this name and value looks like a secret. */
  static boolean is(String name, String value) {
    String upper = name.toUpperCase(Locale.ROOT).replace('-', '_');
    boolean harmless =
        PATH.matcher(value).matches()
            || (SMALL.matcher(value).matches()
                && !(LAST.matcher(upper).matches() && value.matches("[0-9.]{3,}")));
    if (harmless) {
      return false;
    }
    return NAME.matcher(upper).matches()
        || KNOWN.matcher(value).matches()
        || (isDense(value) && !PUBLIC.matcher(upper).matches());
  }

  /** Tells whether a value looks like a secret, regardless of its name. */
  static boolean isValue(String value) {
    return is("", value);
  }

  // long, without blanks, with letters and digits mixed as in no word
  private static boolean isDense(String value) {
    boolean wordy = List.of(value.split("[@._/-]", -1)).stream().allMatch(SecretDetector::isWord);
    return DENSE.matcher(value).matches()
        && !wordy
        && value.chars().anyMatch(Character::isDigit)
        && value.chars().anyMatch(Character::isLetter)
        && bits(value) > MOST_ORDERLY;
  }

  private static boolean isWord(String part) {
    return WORD.matcher(part).matches();
  }

  /** Returns the Shannon entropy of a text's characters, in bits per character. */
  private static double bits(String text) {
    Map<Integer, Integer> counts = new HashMap<>();
    text.chars().forEach(c -> counts.merge(c, 1, Integer::sum));
    double bits = 0;
    for (int count : counts.values()) {
      double share = (double) count / text.length();
      bits -= share * Math.log(share) / Math.log(2);
    }
    return bits;
  }
}
