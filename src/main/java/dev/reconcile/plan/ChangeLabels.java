// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.plan;

import dev.reconcile.kind.VenvKind;
import dev.reconcile.model.Change;
import dev.reconcile.model.Role;
import java.util.List;
import java.util.Optional;

/** The names of changes and handlers in plans and reports. */
public final class ChangeLabels {
  private ChangeLabels() {}

  /** Returns the imperative: what will be done. */
  public static String verb(Change change) {
    return switch (change) {
      case Change.Create c -> "create";
      case Change.Update u -> "update";
      case Change.TakeOver t -> "take over";
      case Change.Delete d -> "delete";
    };
  }

  /** Returns the participle: what has been done. */
  public static String done(Change change) {
    return switch (change) {
      case Change.Create c -> "created";
      case Change.Update u -> "updated";
      case Change.TakeOver t -> "taken over";
      case Change.Delete d -> "deleted";
    };
  }

  /** Returns the handlers that the changed resource notifies. */
  public static List<String> notifies(Change change) {
    return switch (change) {
      case Change.Create c -> c.after().notifies();
      case Change.Update u -> u.after().notifies();
      case Change.TakeOver t -> t.after().notifies();
      case Change.Delete d -> d.owned().notifies();
    };
  }

  /** Returns the role of the changed resource. */
  public static Role role(Change change) {
    return switch (change) {
      case Change.Create c -> c.after().role();
      case Change.Update u -> u.after().role();
      case Change.TakeOver t -> t.after().role();
      case Change.Delete d -> d.owned().role();
    };
  }

  /** Returns the interpreter's file of a virtualenv that exists and will be replaced. */
  public static Optional<String> interpreterBefore(Change change) {
    return change instanceof Change.Update(VenvKind.Spec before, _)
            && !before.interpreter().isEmpty()
        ? Optional.of(before.interpreter())
        : Optional.empty();
  }

  /** Returns whether nginx reads the changed file. */
  public static boolean isNginx(Change change) {
    return switch (role(change)) {
      case CONFLICT, NGINX_CONF, SITE, SITE_LINK, CERTIFICATE -> true;
      case BUILDER, ACCOUNT, PACKAGE, DIRECTORY, CHECKOUT, VENV, FILE, HOST_FILE, KEY_PAIR -> false;
      case SETTINGS, UNIT_FILE, ENABLEMENT, SOCKET, INSTANCE, PROCESS, TIMER, NEEDED -> false;
    };
  }

  /** Returns a handler's id in the past: its first word becomes a participle. */
  public static String done(String handlerId) {
    int space = handlerId.indexOf(' ');
    String verb = space < 0 ? handlerId : handlerId.substring(0, space);
    String rest = space < 0 ? "" : handlerId.substring(space + 1) + " ";
    return switch (verb) {
      case "restart" -> rest + "restarted";
      case "start" -> rest + "started";
      case "reload" -> rest + "reloaded";
      case "release" -> "release steps of " + rest + "done";
      case "check" -> rest + "answers its health check";
      case "daemon-reload" -> "systemd reloaded its unit files";
      default -> handlerId + " done";
    };
  }
}
