// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who runs an app of a test and where its files are. Real servers have as many ways as apps, so
 * each name has a layout of its own, always the same one; {@code shop} has what is usual.
 *
 * @param app whose layout it is
 * @param user who runs it
 * @param group in which group
 * @param directory where its code is
 * @param venv where its virtualenv is
 */
record Layout(String app, String user, String group, String directory, String venv) {
  private static final Pattern NUMBERED = Pattern.compile("(.*?)(\\d{0,4})");

  /** User and group; the image has them. */
  private static final List<String> USERS =
      List.of("www-data www-data", "webapp webapp", "ubuntu ubuntu", "webapp www-data");

  private static final List<String> DIRECTORIES =
      List.of(
          "/srv/www/%s",
          "/home/ubuntu/%s",
          "/var/www/%s.test/code",
          "/opt/apps/%s/current",
          "/usr/share/nginx/apps/%s",
          "/home/ubuntu/sites/%s/repo",
          "/usr/share/nginx/%s");

  private static final List<String> VENVS =
      List.of(
          "/srv/venvs/%s",
          "/home/ubuntu/.virtualenvs/%s",
          "/opt/apps/%s/venv",
          "/var/lib/venvs/%s",
          "/opt/py_envs/%s");

  /** How many there are: the lengths of the lists have no common divisor. */
  private static final int ALL = 140;

  /** Spreads the names; found by trial, so that no two apps of one test have the same layout. */
  private static final int SPREAD = 665_913_301;

  /** The layout of an app of this name. */
  static Layout of(String app) {
    if (app.equals("shop")) {
      return new Layout(app, "www-data", "www-data", "/usr/share/nginx/shop", "/opt/py_envs/shop");
    }
    Matcher name = NUMBERED.matcher(app);
    if (!name.matches()) {
      throw new IllegalArgumentException(app);
    }
    // apps that are numbered are one after the other
    String digits = name.group(2);
    int at =
        ((name.group(1).hashCode() * SPREAD) >>> 16) % ALL
            + (digits.isEmpty() ? 0 : 1 + Integer.parseInt(digits));
    List<String> account = List.of(USERS.get(at % USERS.size()).split(" ", -1));
    return new Layout(
        app,
        account.getFirst(),
        account.getLast(),
        DIRECTORIES.get(at % DIRECTORIES.size()).formatted(app),
        VENVS.get(at % VENVS.size()).formatted(app));
  }

  /** Whether an app has the same layout, but for its name. */
  boolean isLike(Layout other) {
    return user.equals(other.user)
        && group.equals(other.group)
        && directory.replace(app, "%s").equals(other.directory.replace(other.app, "%s"))
        && venv.replace(app, "%s").equals(other.venv.replace(other.app, "%s"));
  }

  /**
   * An app's file with this layout, as far as it does not say otherwise itself. What is usual is
   * not written, which is how most people have it.
   */
  String in(String yaml) {
    if (app.equals("shop")) {
      return yaml;
    }
    StringBuilder whole = new StringBuilder(yaml);
    if (!yaml.endsWith("\n")) {
      whole.append('\n');
    }
    if (!has(yaml, "user") && !has(yaml, "group")) {
      whole.append("user: ").append(user).append("\ngroup: ").append(group).append('\n');
    }
    if (!has(yaml, "directory") && !yaml.contains("source: {path:")) {
      whole.append("directory: ").append(directory).append('\n');
    }
    if (!has(yaml, "venv")) {
      whole.append("venv: {directory: ").append(venv).append("}\n");
    } else if (!yaml.matches("(?s)(.*\n)?venv: \\{[^}\n]*directory:.*")) {
      whole.insert(endOf(yaml, "venv: {"), "directory: " + venv + ", ");
    }
    return whole.toString();
  }

  private static boolean has(String yaml, String key) {
    return yaml.startsWith(key + ":") || yaml.contains("\n" + key + ":");
  }

  private static int endOf(String yaml, String line) {
    int at = yaml.startsWith(line) ? 0 : yaml.indexOf("\n" + line) + 1;
    if (!yaml.startsWith(line, at)) {
      throw new IllegalArgumentException("not on one line, so say where it is: " + yaml);
    }
    return at + line.length();
  }
}
