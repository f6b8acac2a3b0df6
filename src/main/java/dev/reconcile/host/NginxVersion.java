// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A version of nginx. */
public record NginxVersion(int major, int minor, int patch) {
  /** The oldest supported version, that of Ubuntu 22.04. All later versions accept its syntax. */
  public static final NginxVersion OLDEST = new NginxVersion(1, 18, 0);

  private static final Pattern NUMBERS =
      Pattern.compile("([0-9]{1,9})\\.([0-9]{1,9})\\.([0-9]{1,9})");

  /**
   * Parses the first version number in {@code text}, which may be the output of {@code nginx -v} or
   * the version of a package.
   */
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

  /**
   * Reports whether {@code http2 on;} exists: since 1.25.1, which deprecates {@code listen …
   * http2}.
   */
  public boolean hasHttp2Directive() {
    return major > 1 || minor > 25 || (minor == 25 && patch >= 1);
  }
}
