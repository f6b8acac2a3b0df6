// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.host.HostException;
import dev.reconcile.kind.PlannedFiles;
import dev.reconcile.kind.UnitDefinition;
import dev.reconcile.model.Layout;
import dev.reconcile.systemd.Specifiers;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the files of an app's unit, existing or planned, say about the access of its processes: the
 * directories that systemd creates before it starts the app (systemd.exec(5), {@code
 * LogsDirectory=} and similar options), and other users and groups.
 */
final class UnitDropIns {
  private static final Pattern LINE =
      Pattern.compile("(?m)^[ \\t]*(Logs|State|Cache|Runtime)Directory[ \\t]*=(.*)$");
  private static final Map<String, String> PARENTS =
      Map.of("Logs", "/var/log/", "State", "/var/lib/", "Cache", "/var/cache/", "Runtime", "/run/");

  private static final Pattern ACCOUNT =
      Pattern.compile("(?m)^[ \\t]*(User|Group|SupplementaryGroups|DynamicUser)[ \\t]*=");

  private UnitDropIns() {}

  /**
   * Returns the absolute paths of the directories that the existing or planned files of an app's
   * unit request.
   *
   * @param unit the service of an app
   */
  static Set<String> directories(String unit, PlannedFiles files) throws HostException {
    Specifiers specifiers = Specifiers.ofName(unit);
    Set<String> directories = new HashSet<>();
    for (PlannedFiles.Text part : UnitDefinition.of(unit, files)) {
      collect(part.text(), specifiers, directories);
    }
    return directories;
  }

  /**
   * Returns whether a file of the administrator's gives the unit another user or more groups.
   *
   * @param unit the service of an app
   */
  static boolean changeAccount(String unit, PlannedFiles files) throws HostException {
    Set<String> own =
        Set.of(
            Layout.UNIT_FILES + "/" + Layout.SERVICE_TEMPLATE,
            Layout.dropIns(unit) + AppUnits.DROP_IN);
    return UnitDefinition.of(unit, files).stream()
        .anyMatch(part -> !own.contains(part.path()) && ACCOUNT.matcher(part.text()).find());
  }

  private static void collect(String text, Specifiers specifiers, Set<String> directories) {
    Matcher line = LINE.matcher(text);
    while (line.find()) {
      String parent = PARENTS.getOrDefault(line.group(1), "/");
      for (String name : line.group(2).strip().split("\\s+", -1)) {
        String plain = specifiers.expanded(name.replaceFirst(":.*", ""));
        if (!plain.isEmpty()) {
          directories.add(parent + plain);
        }
      }
    }
  }
}
