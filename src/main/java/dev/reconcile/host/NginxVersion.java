package dev.reconcile.host;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A version of nginx, as far as directives depend on it. */
public record NginxVersion(int major, int minor, int patch) {
  /** The oldest one that is supported: Ubuntu 22.04's. Its syntax is understood by all later. */
  public static final NginxVersion OLDEST = new NginxVersion(1, 18, 0);

  private static final Pattern NUMBERS = Pattern.compile("([0-9]+)\\.([0-9]+)\\.([0-9]+)");

  /** The first version number in {@code text}, as in {@code nginx -v} or a package's version. */
  public static Optional<NginxVersion> in(String text) {
    Matcher matcher = NUMBERS.matcher(text);
    if (!matcher.find()) {
      return Optional.empty();
    }
    return Optional.of(
        new NginxVersion(
            Integer.parseInt(matcher.group(1)),
            Integer.parseInt(matcher.group(2)),
            Integer.parseInt(matcher.group(3))));
  }

  /** Whether {@code http2 on;} exists: since 1.25.1, where {@code listen … http2} is deprecated. */
  public boolean hasHttp2Directive() {
    return major > 1 || minor > 25 || (minor == 25 && patch >= 1);
  }
}
