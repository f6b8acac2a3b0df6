// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.web;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.host.Limits;
import dev.reconcile.host.UnitFiles;
import dev.reconcile.systemd.CommandWords;
import dev.reconcile.systemd.EnvironmentFile;
import dev.reconcile.systemd.UnitText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The start command and user of nginx, read from the files of its unit. The files are read instead
 * of asking systemd, so that a later run detects a change by their times.
 *
 * @param command the words of the command, the program first; empty if there is no unit
 * @param user the user of the master process; empty for root
 * @param group the group of the master process; empty for the user's own
 * @param timeZone the value of TZ in its environment; empty if the unit does not set it
 */
record NginxUnit(List<String> command, String user, String group, String timeZone) {
  private static final String UNIT = "nginx.service";
  private static final String SERVICE = "Service";

  NginxUnit {
    command = List.copyOf(command);
  }

  /** Reads the unit. */
  static NginxUnit of(Facts facts) throws HostException {
    UnitText unit =
        new UnitText(
            texts(facts).stream().flatMap(text -> UnitText.parse(text).lines().stream()).toList());
    Map<String, String> environment = new HashMap<>();
    for (String line : unit.values(SERVICE, "Environment")) {
      CommandWords.ofSystemd(line).forEach(word -> assign(word, environment));
    }
    for (String path : unit.values(SERVICE, "EnvironmentFile")) {
      String text = facts.text(path.replaceFirst("^-", ""), Limits.CONFIG_FILE).orElse("");
      EnvironmentFile.variables(text)
          .forEach(variable -> environment.put(variable.name(), variable.value()));
    }
    List<String> commands = unit.values(SERVICE, "ExecStart");
    String user = unit.last(SERVICE, "User");
    return new NginxUnit(
        commands.isEmpty() ? List.of() : words(commands.getLast(), environment),
        user.equals("root") || user.equals("0") ? "" : user,
        unit.last(SERVICE, "Group"),
        environment.getOrDefault("TZ", ""));
  }

  // without the prefixes that systemd allows before the program
  private static List<String> words(String command, Map<String, String> environment) {
    String line = command.replaceFirst("^[-@:+!|]+", "");
    return CommandWords.expanded(CommandWords.ofSystemd(line), environment);
  }

  private static void assign(String word, Map<String, String> environment) {
    int equals = word.indexOf('=');
    if (equals > 0) {
      environment.put(word.substring(0, equals).strip(), word.substring(equals + 1));
    }
  }

  // the unit's file, then its drop-ins by name; of equal names, the first directory wins
  private static List<String> texts(Facts facts) throws HostException {
    List<String> texts = new ArrayList<>();
    for (String folder : UnitFiles.FOLDERS) {
      Optional<String> text =
          texts.isEmpty() ? facts.text(folder + "/" + UNIT, Limits.CONFIG_FILE) : Optional.empty();
      text.ifPresent(texts::add);
    }
    Map<String, String> dropIns = new TreeMap<>();
    for (String name : List.of(UNIT + ".d", "service.d")) {
      for (String folder : UnitFiles.FOLDERS) {
        for (String file : facts.list(folder + "/" + name)) {
          if (file.endsWith(".conf")) {
            dropIns.putIfAbsent(file, folder + "/" + name + "/" + file);
          }
        }
      }
    }
    for (String path : dropIns.values()) {
      facts.text(path, Limits.CONFIG_FILE).ifPresent(texts::add);
    }
    return texts;
  }
}
