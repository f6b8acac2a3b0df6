// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.doctor;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.kind.FileKind;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Layout;
import dev.reconcile.model.OwnedResource;
import dev.reconcile.model.ProcessLimit;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The check of the limits of processes, which the kernel enforces by its controllers. */
final class LimitChecks {
  private static final String CONTROLLERS = "/sys/fs/cgroup/cgroup.controllers";
  private static final int MOST_BYTES = 1 << 16;
  private static final Pattern SETTING =
      Pattern.compile("(?m)^[ \\t]*([A-Za-z]+)[ \\t]*=[ \\t]*[0-9]");

  private LimitChecks() {}

  /** Finds limits that the kernel does not enforce because it lacks the controller. */
  static List<Diagnostic> controllers(DoctorContext context) throws HostException {
    SortedSet<String> lacking = new TreeSet<>();
    SortedSet<String> limited = new TreeSet<>();
    for (OwnedResource owned : context.records().state().owned().values()) {
      String path = owned.address().name();
      if (owned.address().kind().equals(FileKind.NAME) && path.startsWith(Layout.UNIT_FILES)) {
        String text = context.facts().text(path, MOST_BYTES).orElse("");
        for (String controller : controllers(text)) {
          if (!isThere(context.facts(), controller)) {
            lacking.add(controller);
            limited.add(owned.app().isEmpty() ? path : owned.app());
          }
        }
      }
    }
    return lacking.isEmpty()
        ? List.of()
        : List.of(
            Diagnostic.finding(
                "Limits without effect",
                """
                %s: the kernel does not enforce the limits of resources that need the controller \
                %s, because this host does not have it.\
                """
                    .formatted(String.join(", ", limited), String.join(" or ", lacking)),
                "cat " + CONTROLLERS));
  }

  // The controllers that the limits of a unit file need.
  private static SortedSet<String> controllers(String text) {
    SortedSet<String> controllers = new TreeSet<>();
    Matcher setting = SETTING.matcher(text);
    while (setting.find()) {
      for (ProcessLimit limit : ProcessLimit.values()) {
        if (limit.setting().equals(setting.group(1)) && !limit.controller().isEmpty()) {
          controllers.add(limit.controller());
        }
      }
    }
    return controllers;
  }

  // cgroups(7): version 2 lists the controllers in a file. Version 1 has a directory for each, in
  // which systemd makes one for its services if it may.
  private static boolean isThere(Facts facts, String controller) throws HostException {
    return facts.text(CONTROLLERS, MOST_BYTES).stream()
            .anyMatch(list -> List.of(list.strip().split("\\s+", -1)).contains(controller))
        || facts.follow("/sys/fs/cgroup/" + controller + "/system.slice").exists();
  }
}
