// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.run;

import dev.reconcile.adopt.Unit;
import dev.reconcile.app.App;
import dev.reconcile.host.Facts;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.host.Limits;
import dev.reconcile.kind.FileKind;
import dev.reconcile.model.Address;
import dev.reconcile.scan.ProcessScan;
import dev.reconcile.scan.UnitScan;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The other users of an app's folder: services, crontabs and programs of supervisor that name it.
 * The service that the app replaces does not count.
 */
final class DirectoryUsers {
  private static final List<String> CRONTABS =
      List.of("/etc/cron.d", "/var/spool/cron/crontabs", "/etc/supervisor/conf.d");

  private final Facts facts;
  private final Set<Address> declared;
  private final List<Unit> units;

  /**
   * @param host the host
   * @param declared the addresses in the desired state; their units do not count as other users
   * @param hostname the machine's name, for {@code %H} in units
   */
  DirectoryUsers(Host host, Set<Address> declared, String hostname) throws HostException {
    this.facts = host.facts();
    this.declared = declared;
    this.units = facts.live() ? new UnitScan(host, ProcessScan.none(), hostname).all() : List.of();
  }

  /**
   * Returns the other users, as phrases for a message.
   *
   * @param app the app to which the folder belongs
   * @param names all paths of the folder
   */
  List<String> of(App app, Set<String> names) throws HostException {
    List<Unit> users =
        units.stream()
            .filter(unit -> unit.enabled() || unit.isRunning() || !hasInstallSection(unit))
            .filter(unit -> !isOurs(unit))
            .filter(unit -> !naming(unit, names).isEmpty())
            .toList();
    List<Unit> replaced = replaced(app, users);
    List<String> words = new ArrayList<>();
    for (Unit unit : users) {
      if (!replaced.contains(unit)) {
        words.add(unit.name() + " (" + String.join("=, ", naming(unit, names)) + "=)");
      }
    }
    for (String folder : CRONTABS) {
      for (String name : facts.list(folder)) {
        table(folder + "/" + name, names, words);
      }
    }
    table("/etc/crontab", names, words);
    return words;
  }

  private static List<String> naming(Unit unit, Set<String> names) {
    return names.stream().flatMap(name -> unit.naming(name).stream()).distinct().toList();
  }

  // A unit that can be enabled, but is neither enabled nor running, uses nothing. A unit without an
  // [Install] section may be started by a timer, a path unit or another service.
  private static boolean hasInstallSection(Unit unit) {
    return unit.files().stream()
        .anyMatch(file -> file.settings().stream().anyMatch(s -> s.section().equals("Install")));
  }

  private boolean isOurs(Unit unit) {
    return unit.files().stream()
        .anyMatch(file ->
            file.text().contains(FileKind.MARK)
                || declared.contains(FileKind.address(file.path())));
  }

  // By the app's name, else by the app's WSGI callable, else the only gunicorn.
  private static List<Unit> replaced(App app, List<Unit> users) {
    List<Unit> byName =
        users.stream()
            .filter(unit -> Set.of(app.service(), app.name() + ".service").contains(unit.name()))
            .toList();
    List<Unit> web = users.stream().filter(unit -> unit.runs("gunicorn")).toList();
    List<Unit> byApp =
        web.stream()
            .filter(unit -> app.gunicorn().stream().anyMatch(set -> unit.runs(set.app())))
            .toList();
    return Stream.of(byName, byApp, web)
        .filter(some -> some.size() == 1)
        .findFirst()
        .orElse(List.of());
  }

  private void table(String path, Set<String> names, List<String> words) throws HostException {
    String text = facts.text(path, Limits.CONFIG_FILE).orElse("");
    for (String name : names) {
      Pattern line = Pattern.compile("(?m)^[^#;\\n]*" + Pattern.quote(name) + "(/|$|[\\s\"':;])");
      if (line.matcher(text).find()) {
        words.add(path);
        return;
      }
    }
  }
}
