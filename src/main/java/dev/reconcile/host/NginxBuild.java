// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import dev.reconcile.model.Layout;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The build settings of nginx, which are its defaults ({@code nginx -V}).
 *
 * @param prefix the base directory of relative paths, without a slash at the end
 * @param configuration the path of the main file; may be relative to the prefix
 * @param errorLog the error log until the configuration names one; {@code stderr} for none
 * @param user the user of the workers
 * @param group the group of the workers
 */
public record NginxBuild(
    String prefix, String configuration, String errorLog, String user, String group) {
  /** The build settings of Debian and Ubuntu. */
  public static final NginxBuild DEBIAN =
      new NginxBuild(
          "/usr/share/nginx", "/etc/nginx/nginx.conf", "stderr", Layout.WEB_USER, Layout.WEB_USER);

  /**
   * Parses the output of {@code nginx -V}; missing options have the defaults of nginx's own build.
   */
  static NginxBuild of(String output) {
    String prefix = option(output, "prefix", "/usr/local/nginx");
    String user = option(output, "user", "nobody");
    return new NginxBuild(
        prefix,
        option(output, "conf-path", "conf/nginx.conf"),
        option(output, "error-log-path", "logs/error.log"),
        user,
        option(output, "group", user.equals("nobody") ? "nogroup" : user));
  }

  private static String option(String output, String name, String usual) {
    Matcher matcher = Pattern.compile("(?<=\\s)--" + name + "=(\\S+)").matcher(output);
    String value = matcher.find() ? matcher.group(1) : usual;
    return value.length() > 1 && value.endsWith("/")
        ? value.substring(0, value.length() - 1)
        : value;
  }
}
