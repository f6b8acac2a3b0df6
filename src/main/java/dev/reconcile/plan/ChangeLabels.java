package dev.reconcile.plan;

import dev.reconcile.kind.VenvKind;
import dev.reconcile.model.Change;
import dev.reconcile.model.Role;
import java.util.List;
import java.util.Optional;

/** How changes and handlers are called, in plans and in reports. */
public final class ChangeLabels {
  private ChangeLabels() {}

  /** In the imperative: what will be done. */
  public static String verb(Change change) {
    return switch (change) {
      case Change.Create c -> "create";
      case Change.Update u -> "update";
      case Change.TakeOver t -> "take over";
      case Change.Delete d -> "delete";
    };
  }

  /** As a participle: what has been done. */
  public static String done(Change change) {
    return switch (change) {
      case Change.Create c -> "created";
      case Change.Update u -> "updated";
      case Change.TakeOver t -> "taken over";
      case Change.Delete d -> "deleted";
    };
  }

  /** The handlers that the changed resource notifies. */
  public static List<String> notifies(Change change) {
    return switch (change) {
      case Change.Create c -> c.after().notifies();
      case Change.Update u -> u.after().notifies();
      case Change.TakeOver t -> t.after().notifies();
      case Change.Delete d -> d.owned().notifies();
    };
  }

  /** The part that the changed resource plays. */
  public static Role role(Change change) {
    return switch (change) {
      case Change.Create c -> c.after().role();
      case Change.Update u -> u.after().role();
      case Change.TakeOver t -> t.after().role();
      case Change.Delete d -> d.owned().role();
    };
  }

  /** The file of the interpreter of a virtualenv that is there and is to become another one. */
  public static Optional<String> interpreterBefore(Change change) {
    return change instanceof Change.Update(VenvKind.Spec before, _)
            && !before.interpreter().isEmpty()
        ? Optional.of(before.interpreter())
        : Optional.empty();
  }

  /** Whether nginx reads the changed file. */
  public static boolean isNginx(Change change) {
    return switch (role(change)) {
      case CONFLICT, NGINX_CONF, SITE, SITE_LINK, CERTIFICATE -> true;
      case BUILDER, PACKAGE, DIRECTORY, CHECKOUT, VENV, FILE, HOST_FILE, KEY_PAIR -> false;
      case UNIT_FILE, ENABLEMENT, SOCKET, INSTANCE, NEEDED -> false;
    };
  }

  /** A handler's id as what has been done: its first word becomes a participle. */
  public static String done(String handlerId) {
    int space = handlerId.indexOf(' ');
    String verb = space < 0 ? handlerId : handlerId.substring(0, space);
    String rest = space < 0 ? "" : handlerId.substring(space + 1) + " ";
    return switch (verb) {
      case "restart" -> rest + "restarted";
      case "start" -> rest + "started";
      case "reload" -> rest + "reloaded";
      case "check" -> rest + "answers its health check";
      case "daemon-reload" -> "systemd reloaded its unit files";
      default -> handlerId + " done";
    };
  }
}
