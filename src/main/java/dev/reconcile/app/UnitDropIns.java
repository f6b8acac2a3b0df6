// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.host.HostException;
import dev.reconcile.host.Limits;
import dev.reconcile.kind.FileKind;
import dev.reconcile.model.Address;
import dev.reconcile.model.Layout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the drop-ins of an app's unit, existing or planned, say about the access of its processes:
 * the directories that systemd creates before it starts the app (systemd.exec(5), {@code
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

  /** Returns the absolute paths of the directories that existing or planned drop-ins request. */
  static Set<String> directories(App app, PlannedFiles files) throws HostException {
    Set<String> directories = new HashSet<>();
    for (String text : texts(app, files)) {
      collect(text, app, directories);
    }
    return directories;
  }

  /** Returns whether a drop-in of the administrator's gives the app another user or more groups. */
  static boolean changeAccount(App app, PlannedFiles files) throws HostException {
    return texts(app, files).stream().anyMatch(text -> ACCOUNT.matcher(text).find());
  }

  private static List<String> texts(App app, PlannedFiles files) throws HostException {
    String own = Layout.dropIns(app.service()) + AppUnits.DROP_IN;
    List<String> texts = new ArrayList<>();
    for (String unit : List.of(app.service(), Layout.SERVICE_TEMPLATE, "service")) {
      for (String path : dropIns(Layout.dropIns(unit), files)) {
        Optional<byte[]> bytes =
            path.equals(own) ? Optional.empty() : files.read(path, Limits.CONFIG_FILE);
        bytes.ifPresent(text -> texts.add(new String(text, StandardCharsets.UTF_8)));
      }
    }
    return texts;
  }

  private static Set<String> dropIns(String folder, PlannedFiles files) throws HostException {
    Set<String> paths = new TreeSet<>();
    files.facts().list(folder.substring(0, folder.length() - 1)).stream()
        .map(name -> folder + name)
        .forEach(paths::add);
    files.resources().keySet().stream()
        .filter(address -> address.kind().equals(FileKind.NAME))
        .map(Address::name)
        .filter(path -> path.startsWith(folder))
        .forEach(paths::add);
    paths.removeIf(path -> !path.endsWith(".conf"));
    return paths;
  }

  private static void collect(String text, App app, Set<String> directories) {
    Matcher line = LINE.matcher(text);
    while (line.find()) {
      String parent = PARENTS.getOrDefault(line.group(1), "/");
      for (String name : line.group(2).strip().split("\\s+", -1)) {
        String plain = name.replaceFirst(":.*", "").replace("%i", app.name());
        if (!plain.isEmpty()) {
          directories.add(parent + plain);
        }
      }
    }
  }
}
