// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.host.Stat;
import dev.reconcile.kind.PlannedFiles;
import dev.reconcile.kind.UserKind;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.FileAttributes;
import dev.reconcile.model.Layout;
import dev.reconcile.model.Origin;
import java.util.Optional;

/**
 * The check of the user and the group that run an app. systemd starts a unit only as a user and a
 * group that the host has, also if they are given as numbers (systemd.exec(5), {@code User=}).
 *
 * @param facts the host
 * @param nginxComes whether the run installs nginx, which brings {@code www-data}
 * @param files tells which users the run creates
 */
record AccountCheck(Facts facts, boolean nginxComes, PlannedFiles files) {
  /** Returns the fault of the app's user or group, if there is one. */
  Optional<Diagnostic> of(App app) throws HostException {
    String user = app.user();
    if (!facts.hasUser(user)
        && !files.makesUser(user)
        && !(user.equals(Layout.WEB_USER) && nginxComes)) {
      return Optional.of(missingUser(app));
    }
    if (UserKind.isBuilder(userName(facts, user)) || UserKind.isBuilder(groupName(app.group()))) {
      return Optional.of(
          Diagnostic.error(
              app.account().userOrigin(),
              "User reserved for builds",
              "%s:%s is reserved for builds, and nothing else may run as it. Name another."
                  .formatted(user, app.group())));
    }
    return facts.hasGroup(app.group()) || files.makesUser(app.group())
        ? Optional.empty()
        : Optional.of(missingGroup(app));
  }

  private static Diagnostic missingUser(App app) {
    String user = app.user();
    boolean isNumber = isNumber(user);
    return Diagnostic.error(
            app.account().userOrigin(),
            "No such user",
            """
            %s runs as %s, a user that this host does not have%s. %s.\
            """
                .formatted(
                    app.name(),
                    user,
                    isNumber ? ": no account has this number, and systemd needs one" : "",
                    isNumber
                        ? "Name another, or create it"
                        : "Add it to reconcile.yaml (users: [%s]), or create it".formatted(user)))
        .withCommand(
            "adduser --system --group " + (isNumber ? "--uid " + user + " " + app.name() : user));
  }

  private Diagnostic missingGroup(App app) throws HostException {
    String group = app.group();
    Optional<String> own = group.equals(app.user()) ? primary(group) : Optional.empty();
    String detail =
        "%s runs in group %s, which this host does not have. ".formatted(app.name(), group);
    Origin origin = app.account().groupOrigin();
    if (own.isPresent()) {
      return Diagnostic.error(
          origin,
          "No such group",
          "%sThe group of the user %s is %s. Set \"group\" to it."
              .formatted(detail, app.user(), own.get()));
    }
    return Diagnostic.error(
            origin,
            "No such group",
            detail + (isNumber(group) ? "Name another, or create it." : "Create it."))
        .withCommand(
            "addgroup --system " + (isNumber(group) ? "--gid " + group + " " + app.name() : group));
  }

  private Optional<String> primary(String user) throws HostException {
    Optional<String> group = facts.groupOf(user);
    return group.isPresent() && facts.hasGroup(group.get()) ? group : Optional.empty();
  }

  /** Returns the name of the user with a name or number; the number if no user has it. */
  static String userName(Facts facts, String user) throws HostException {
    return isNumber(user) ? withIds(facts, Integer.parseInt(user), 0).user() : user;
  }

  private String groupName(String group) throws HostException {
    return isNumber(group) ? withIds(facts, 0, Integer.parseInt(group)).group() : group;
  }

  private static FileAttributes withIds(Facts facts, int uid, int gid) throws HostException {
    return facts.attributes(
        new Stat(Stat.Type.FILE, 0, uid, gid, 0), new FileAttributes("", "", 0));
  }

  // The number of a user has at most ten digits, and no user has one of more than nine.
  private static boolean isNumber(String text) {
    return text.length() < 10 && text.chars().allMatch(Character::isDigit);
  }
}
