// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.scan;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A reader of the configuration files of programs other than systemd and nginx that run or connect
 * to apps.
 */
public final class OtherConfigScan {
  private static final int MOST_BYTES = 1 << 18;

  private static final List<String> FILES =
      List.of("/etc/crontab", "/etc/haproxy/haproxy.cfg", "/etc/caddy/Caddyfile");

  private static final List<String> FOLDERS =
      List.of(
          "/etc/cron.d",
          "/etc/cron.hourly",
          "/etc/cron.daily",
          "/etc/cron.weekly",
          "/etc/cron.monthly",
          "/var/spool/cron/crontabs",
          "/etc/supervisor/conf.d",
          "/etc/apache2/sites-enabled",
          "/etc/cloudflared");

  private OtherConfigScan() {}

  /** Returns path to text of these files. */
  public static Map<String, String> read(Facts facts) throws HostException {
    Map<String, String> texts = new LinkedHashMap<>();
    for (String file : FILES) {
      facts.text(file, MOST_BYTES).ifPresent(text -> texts.put(file, text));
    }
    for (String folder : FOLDERS) {
      for (String name : facts.list(folder)) {
        String file = folder + "/" + name;
        facts.text(file, MOST_BYTES).ifPresent(text -> texts.put(file, text));
      }
    }
    return texts;
  }
}
