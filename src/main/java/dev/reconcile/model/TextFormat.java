// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.model;

import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The formats of texts. Every value of the desired state is checked against a format before it goes
 * into a unit, a site or a command line, so that no value can end the directive that contains it.
 *
 * <p>Invariant: no format accepts a NUL, only {@link #LINES} accepts a line break, and the check
 * does not fail for a text of any length.
 */
public enum TextFormat {
  APP_NAME(
      "[a-z0-9][a-z0-9_-]{0,62}",
      "an app's name: 1 to 63 of a-z, 0-9, \"_\" and \"-\", beginning with a letter or digit"),
  PROCESS_NAME(
      "(?!web$)[a-z0-9][a-z0-9_-]{0,62}",
      """
      a name other than web: 1 to 63 of a-z, 0-9, "_" and "-", beginning with a letter or \
      digit\
      """),
  GROUP_NAME(
      "[a-z0-9][a-z0-9_-]{0,62}",
      "a group's name: 1 to 63 of a-z, 0-9, \"_\" and \"-\", beginning with a letter or digit"),
  HOSTNAME(
      "[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?", "the name of a host, as in hosts/NAME.yaml"),
  IP_ADDRESS(
      """
      (?!0\\.|2(2[4-9]|[3-5][0-9])\\.|::$|[fF][fF][0-9A-Fa-f]{2}:|[fF][eE]80:)\
      (((25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(\\.(?!$)|$)){4}\
      |([0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}\
      |(?=([0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4}$)\
      ([0-9A-Fa-f]{1,4}(:[0-9A-Fa-f]{1,4})*)?::([0-9A-Fa-f]{1,4}(:[0-9A-Fa-f]{1,4})*)?)\
      """,
      "the IP address of one host, such as 10.0.0.11 or 2001:db8::11, without a port"),
  NETWORK(
      Regex.NETWORK,
      "an IP address or a network, such as 203.0.113.7, 10.0.0.0/8 or 2001:db8::/32"),
  VISITORS(
      "all|" + Regex.NETWORK,
      "an IP address, a network or the word all, such as 10.0.0.0/8 or 2001:db8::/32"),
  CALENDAR("[A-Za-z0-9 ,./:*~+_@#?-]+", "times in systemd's notation, such as \"*-*-* 03:10\""),
  ABSOLUTE_PATH(
      "/|(?!.*/\\.{1,2}(/|$))(/[A-Za-z0-9._@+,=:~-]+)+/?",
      "an absolute path without \".\" and \"..\", made of letters, digits and . _ @ + , = : ~ -"),
  RELATIVE_PATH(
      "(?!.*(^|/)\\.{1,2}(/|$))(?!-)[A-Za-z0-9._@+,=:~-]+(/[A-Za-z0-9._@+,=:~-]+)*",
      """
      a path inside the repo: relative, without "..", made of letters, digits and . _ @ + , \
      = : ~ -\
      """),
  FOLDER(
      "\\.|(\\./)?(?!(.*/)?\\.{1,2}(/|$))(?!-)[A-Za-z0-9._@+,=:~-]+(/[A-Za-z0-9._@+,=:~-]+)*/?",
      """
      a folder of the repo: relative, without "..", made of letters, digits and . _ @ + , = \
      : ~ -; or "." for all of it\
      """),
  PLACE(
      "/|(?!.*(^|/)\\.{1,2}(/|$))(?!-)/?[A-Za-z0-9._@+,=:~-]+(/[A-Za-z0-9._@+,=:~-]+)*/?",
      """
      a path in the source, such as media, or an absolute path; without ".." and made of \
      letters, digits and . _ @ + , = : ~ -\
      """),
  HOST_FOLDER(
      "/|(?!.*/\\.{1,2}(/|$))(/[A-Za-z0-9._@+,=:~-]+)+/?",
      """
      the absolute path of a directory that is on the host already and that reconcile does \
      not manage (a folder of this repo is source.folder)\
      """),
  SECRET_FILE(
      "/|(?!.*/\\.{1,2}(/|$))(/[A-Za-z0-9._@+,=:~-]+)+/?",
      """
      the absolute path of a file on the host that contains the value, made of letters, \
      digits and . _ @ + , = : ~ -\
      """),
  PASSWORD_FILE(
      "(?!.*/\\.{1,2}(/|$))(/[A-Za-z0-9._@+,=:~-]+)+",
      "the absolute path of a password file on the host, such as /etc/nginx/a.htpasswd"),
  TEMPLATE_NAME(
      "[A-Za-z0-9][A-Za-z0-9._@-]*", "the name of a file in templates/, without a folder"),
  SERVER_NAME(
      "_|(\\*\\.)?[A-Za-z0-9]([A-Za-z0-9-]{0,62})(\\.[A-Za-z0-9-]{1,63})*(\\.\\*)?"
          + "|~[!#-&(-~]*[!#-&(-\\[\\]-~]",
      """
      a host name such as example.com or *.example.com, without scheme, port and path (other \
      alphabets in their xn-- form), or a regular expression such as \
      ~^(www|shop)\\\\.example$\
      """),
  LISTEN(
      """
      (((25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(\\.(?!:|$)|(?=:|$))){4}\
      |\\[(([0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}\
      |(?=([0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4}\\])\
      ([0-9A-Fa-f]{1,4}(:[0-9A-Fa-f]{1,4})*)?::([0-9A-Fa-f]{1,4}(:[0-9A-Fa-f]{1,4})*)?)\\])\
      (:PORT)?|PORT\
      """
          .replace(
              "PORT",
              """
              ([1-9][0-9]{0,3}|[1-5][0-9]{4}\
              |6([0-4][0-9]{3}|5([0-4][0-9]{2}|5([0-2][0-9]|3[0-5]))))\
              """),
      "an address, a port or both, such as 192.0.2.10, 8080, 192.0.2.10:8080 or [::1]:8080"),
  URL_PREFIX(
      "(?!.*/\\.{1,2}(/|$))/[A-Za-z0-9._~/%-]*", "the beginning of a URL's path, such as /static/"),
  LOCATION(
      "((= |\\^~ )?(?!.*/\\.{1,2}(/|$))/[A-Za-z0-9._~/-]*)|(~\\*? ([^\\p{Cntrl}\\s\"\\\\]|\\\\[^\\p{Cntrl}\\s\"])+)",
      """
      a path beginning with "/", alone or behind "= " or "^~ ", or a regular expression behind \
      "~ " or "~* " (https://nginx.org/en/docs/http/ngx_http_core_module.html#location)\
      """),
  MOUNT_PATH(
      "(= )?(?!.*/\\.{1,2}(/|$))/[A-Za-z0-9._~/-]*[A-Za-z0-9._~-]/?",
      "a path longer than \"/\", such as /api/, or \"= \" and a path for this path alone"),
  PROXY_URL(
      "https?://([A-Za-z0-9][A-Za-z0-9._-]*|\\[[0-9A-Fa-f:.]+\\])(:[0-9]{1,5})?(/[A-Za-z0-9._~/%-]*)?|http://unix:/[A-Za-z0-9._@+,=~/-]+(:/[A-Za-z0-9._~/%-]*)?",
      "the URL of a server such as http://127.0.0.1:9000/ or http://unix:/run/x.sock"),
  URL_PATH(
      "/[A-Za-z0-9._~/%?&=+,:@-]*", "a URL's path beginning with \"/\", with or without a query"),
  HTTPS_URL(
      "https://[A-Za-z0-9][A-Za-z0-9.-]*(:[0-9]{1,5})?(/[A-Za-z0-9._~/-]*)?",
      "a web address such as https://acme.example/directory"),
  ETCD_URL(
      "https://([A-Za-z0-9][A-Za-z0-9.-]*|\\[[0-9A-Fa-f:.]+\\])(:[0-9]{1,5})?|http://(localhost|127(\\.[0-9]{1,3}){3}|\\[::1\\])(:[0-9]{1,5})?",
      """
      the https address of a member of an etcd cluster, such as https://etcd1:2379, without a \
      path (http only on this machine: http://127.0.0.1:2379)\
      """),
  EMAIL(
      "[A-Za-z0-9][A-Za-z0-9._+-]{0,63}@[A-Za-z0-9][A-Za-z0-9.-]{0,252}",
      "an e-mail address such as me@example.com"),
  NGINX_WORD(
      "[^\\p{Cntrl}\\s;{}\"'\\\\#]+",
      "one nginx word: no blanks, no quotes, none of ; { } # and no backslash"),
  HEADER_NAME(
      "[A-Za-z0-9][A-Za-z0-9_.-]{0,99}",
      "the name of a header, such as X-Frame-Options: letters, digits, \"-\", \"_\" and \".\""),
  HEADER_VALUE(
      "[^\\p{Cntrl}\\u2028\\u2029]{0,3000}",
      "one line of at most 3000 characters without control characters"),
  REALM(
      "(?!off$)[^\\p{Cntrl}\\u2028\\u2029\"\\\\$]{1,200}",
      "one line without quotation marks, backslashes and dollar signs, other than off"),
  RATE("[1-9][0-9]{0,5}r/[sm]", "a number of requests such as 10r/s or 30r/m"),
  STATUSES(
      "(?!499)[45][0-9]{2}( (?!499)[45][0-9]{2})*",
      "a status of an error such as 404, or several such as \"502 503 504\""),
  AGE("0|[0-9]{1,6}[sm]|[0-9]{1,5}h|[0-9]{1,4}d", "a time such as 30d, 12h or 0"),
  HSTS_AGE(
      "[tT]rue|TRUE|0|[0-9]{1,6}[sm]|[0-9]{1,5}h|[0-9]{1,4}d",
      "true (365 days), or a time such as 365d or 1h"),
  NGINX_QUOTED("[^\\p{Cntrl}'\\\\]+", "one line without ' and without backslash"),
  NAME("[A-Za-z_][A-Za-z0-9_]*", "a name of letters, digits and \"_\", not beginning with a digit"),
  LINE("[^\\p{Cntrl}\\u2028\\u2029]*", "one line of text without control characters"),
  VALUE(
      "[^\\x00-\\x08\\x0a-\\x1f\\x7f\\u2028\\u2029]*",
      "one line of text without control characters other than tabs"),
  COMMAND(
      "(?=.*\\S)[^\\x00-\\x08\\x0a-\\x1f\\x7f\\u2028\\u2029]*",
      """
      a command on one line, such as flask db upgrade (for shell syntax: sh -c '...')\
      """),
  LINES("[^\\x00]*", "text without NUL characters"),
  USER(
      "[a-z_][a-z0-9_-]{0,31}|0|[1-9][0-9]{0,9}",
      "a user's or group's name, as in /etc/passwd and /etc/group, or its number"),
  USER_NAME("[a-z_][a-z0-9_-]{0,31}", "a user's name, as in /etc/passwd"),
  PYTHON("python3(\\.[0-9]{1,2})?|(/[A-Za-z0-9._+-]+)+", "python3, python3.N or an absolute path"),
  WSGI_APP(
      "[A-Za-z_][A-Za-z0-9_]*(\\.[A-Za-z_][A-Za-z0-9_]*)*(:[A-Za-z_][A-Za-z0-9_.]*(\\("
          + PythonLiterals.ARGUMENTS
          + "\\))?)?",
      """
      module:callable, such as main:app or main:create_app('production'), whose arguments \
      are literals, or a module that has an "application"\
      """),
  INSTALL(
      "\\.|(?!(.*/)?\\.{1,2}(/|$))(?!-)[A-Za-z0-9._@+,=:~-]+(/[A-Za-z0-9._@+,=:~-]+)*",
      """
      auto, none, "." (the project itself) or a file of the source, such as \
      requirements.txt\
      """),
  WHEELS(
      "(?!(.*/)?\\.{1,2}(/|$))(?!-)/?[A-Za-z0-9._@+,=:~-]+(/[A-Za-z0-9._@+,=:~-]+)*/?",
      """
      a folder of the source, or the absolute path of a directory on the host, made of \
      letters, digits and . _ @ + , = : ~ -\
      """),
  EXTRA(
      "[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?",
      "the name of an extra or a group of dependencies, made of letters, digits and . _ -"),
  INDEX_URL(
      "(https://[A-Za-z0-9][A-Za-z0-9.-]*|http://(localhost|127(\\.[0-9]{1,3}){3}))(:[0-9]{1,5})?(/[A-Za-z0-9._~/+-]*)?",
      """
      the https address of a package index, such as https://pypi.example/simple/, without \
      user and password (they are index.user and index.password)\
      """),
  LOGIN("[!#-\\[\\]-~]{1,200}", "a user's name without blanks, quotation marks and backslashes"),
  SETTING("[a-z][a-z0-9_]*", "the name of a gunicorn setting, such as timeout or max_requests"),
  GIT_URL(
      "(ssh|https|file)://[^\\s\\p{Cntrl}]+|(?!-)[A-Za-z0-9._-]+@[A-Za-z0-9][A-Za-z0-9.-]*:[^\\s\\p{Cntrl}]+",
      "git@host:path, ssh://…, https://… or file://…"),
  GIT_REF(
      "(?![-/.])(?!.*(\\.\\.|//|@\\{))[^\\s\\p{Cntrl}~^:?*\\[\\\\]+(?<![/.]|\\.lock)",
      "a branch, a tag or a commit"),
  SIZE("[0-9]{1,9}[kKmMgG]?", "a size such as 512k, 100M or 0 (no limit)"),
  MEMORY(
      "[0-9]{1,15}|[0-9]{1,9}[KMG]|[0-9]{1,5}T|(100|[1-9][0-9]?)%",
      """
      a whole number with K, M, G or T, such as 512M, or a share of the host's memory, such \
      as 50%\
      """),
  CPU("[1-9][0-9]{0,5}%", "a share of one processor in whole percent, such as 50% or 150%"),
  DURATION(
      "[0-9]{1,6}(ms|s|m)?|[0-9]{1,5}h|[0-9]{1,4}d", // in seconds an int, in nanoseconds a long
      "a time such as 30s, 500ms or 5m, at most 9999d or 99999h; a bare number is seconds"),
  STATUS("[1-5][0-9]{2}(-[1-5][0-9]{2})?", "an HTTP status such as 200, or a range as 200-399"),
  METHOD("[A-Z]{1,20}", "an HTTP method in capitals, such as GET"),
  MODE(
      "0?[0-7]{3}",
      "permission bits in quotes, such as \"0644\", without set-user-ID and set-group-ID"),
  UNIT_NAME(
      "[A-Za-z0-9_][A-Za-z0-9:_.@-]{0,200}\\.(service|socket|timer|path|target|mount|slice)",
      "a unit's name with its ending, such as backup.timer"),
  PACKAGE_NAME("[a-z0-9][a-z0-9+.-]+(:[a-z0-9]+)?", "a Debian package's name"),
  PORT_RANGE("[0-9]{1,5}-[0-9]{1,5}", "a range of ports, such as 20000-29999");

  /** Parts of formats that several of them have. */
  private static final class Regex {
    private static final String V6 = "[0-9A-Fa-f]{1,4}";
    static final String NETWORK =
        "((25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(\\.(?!/|$)|(?=/|$))){4}"
            + "(/([0-9]|[12][0-9]|3[0-2]))?"
            + "|(("
            + V6
            + ":){7}"
            + V6
            + "|(?=([0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4}(/|$))"
            + "("
            + V6
            + "(:"
            + V6
            + ")*)?::("
            + V6
            + "(:"
            + V6
            + ")*)?)"
            + "(/([0-9]|[1-9][0-9]|1[01][0-9]|12[0-8]))?";

    private Regex() {}
  }

  // the matcher's stack grows with the number of parts of a path or a name, so it needs a limit
  private static final int LONGEST = 1024;

  private final String regex;
  private final String meaning;

  @SuppressWarnings("ImmutableEnumChecker") // a cache: its value depends on the regex only
  private volatile @Nullable Pattern pattern;

  TextFormat(String regex, String meaning) {
    this.regex = regex;
    this.meaning = meaning;
  }

  /**
   * Tells whether {@code text} has the format. The pattern is compiled at first use, so that a run
   * compiles only the patterns that it uses.
   */
  public boolean accepts(String text) {
    if (text.length() > longest()) {
      return false;
    }
    Pattern compiled = pattern;
    if (compiled == null) {
      compiled = Pattern.compile(regex, this == LINES ? Pattern.DOTALL : 0);
      pattern = compiled;
    }
    return compiled.matcher(text).matches();
  }

  /** Parses a text of {@link #DURATION}. */
  public static Duration duration(String text) {
    int unit = 0;
    while (unit < text.length() && Character.isDigit(text.charAt(unit))) {
      unit++;
    }
    long number = Long.parseLong(text.substring(0, unit));
    return switch (text.substring(unit)) {
      case "ms" -> Duration.ofMillis(number);
      case "m" -> Duration.ofMinutes(number);
      case "h" -> Duration.ofHours(number);
      case "d" -> Duration.ofDays(number);
      default -> Duration.ofSeconds(number);
    };
  }

  /** Tells whether YAML's numbers and flags are no such texts, although they may look like one. */
  public boolean isOfTextsOnly() {
    return this == COMMAND;
  }

  /** Returns the largest number of characters of a text. */
  public int longest() {
    return switch (this) {
      case LINE, VALUE, COMMAND, LINES, NGINX_QUOTED, HEADER_VALUE -> Integer.MAX_VALUE;
      default -> LONGEST;
    };
  }

  /** Returns a description that completes "This must be …". */
  public String meaning() {
    return meaning;
  }

  /** Returns the format as a regular expression that must match the whole text. */
  public String regex() {
    return regex;
  }
}
