package dev.reconcile.host;

import dev.reconcile.model.Layout;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How an nginx was built: what it takes for what it is not told otherwise ({@code nginx -V}).
 *
 * @param prefix the folder of relative paths, without a slash at its end
 * @param configuration its main file; a relative path is one below the prefix
 * @param errorLog its error log until its configuration names one; {@code stderr} for none
 * @param user who its workers run as
 * @param group likewise
 */
public record NginxBuild(
    String prefix, String configuration, String errorLog, String user, String group) {
  /** Debian's and Ubuntu's. */
  public static final NginxBuild DEBIAN =
      new NginxBuild(
          "/usr/share/nginx", "/etc/nginx/nginx.conf", "stderr", Layout.WEB_USER, Layout.WEB_USER);

  /** From the words of {@code nginx -V}; where they do not tell, what nginx's own build does. */
  static NginxBuild of(String said) {
    String prefix = option(said, "prefix", "/usr/local/nginx");
    String user = option(said, "user", "nobody");
    return new NginxBuild(
        prefix,
        option(said, "conf-path", "conf/nginx.conf"),
        option(said, "error-log-path", "logs/error.log"),
        user,
        option(said, "group", user.equals("nobody") ? "nogroup" : user));
  }

  private static String option(String said, String name, String usual) {
    Matcher matcher = Pattern.compile("(?<=\\s)--" + name + "=(\\S+)").matcher(said);
    String value = matcher.find() ? matcher.group(1) : usual;
    return value.length() > 1 && value.endsWith("/")
        ? value.substring(0, value.length() - 1)
        : value;
  }
}
