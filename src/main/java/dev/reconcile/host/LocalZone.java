// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;

/**
 * The time zone in which a service of the host writes local times (tzset(3)). The zone of this
 * process is another matter: it follows the caller's environment.
 */
public final class LocalZone {
  private static final String LOCAL_TIME = "/etc/localtime";
  private static final String NAME = "/etc/timezone"; // of Debian's tzdata
  private static final int MOST_BYTES = 1 << 10;
  private static final String DATABASE = "zoneinfo/";

  private LocalZone() {}

  /**
   * Determines the zone of a service.
   *
   * @param variable the value of TZ in the service's environment; empty if it is not set
   * @return the zone; empty if it is not in the database of zones, such as a rule of POSIX
   */
  public static Optional<ZoneId> of(Facts facts, String variable) throws HostException {
    if (!variable.isEmpty()) {
      return named(variable.startsWith(":") ? variable.substring(1) : variable);
    }
    Optional<Stat> stat = facts.stat(LOCAL_TIME);
    if (stat.isEmpty()) {
      return Optional.of(ZoneOffset.UTC); // as the C library does
    }
    return stat.get().type() == Stat.Type.LINK
        ? named(facts.readLink(LOCAL_TIME))
        : named(facts.text(NAME, MOST_BYTES).orElse("").strip());
  }

  // ZoneId.of also accepts "GMT+3", which has the opposite sign in POSIX.
  private static Optional<ZoneId> named(String text) {
    int database = text.lastIndexOf(DATABASE);
    String name = database < 0 ? text : text.substring(database + DATABASE.length());
    String zone = name.startsWith("posix/") ? name.substring("posix/".length()) : name;
    return ZoneId.getAvailableZoneIds().contains(zone)
        ? Optional.of(ZoneId.of(zone))
        : Optional.empty();
  }
}
