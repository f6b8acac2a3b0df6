// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.web;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.host.NginxBuild;
import dev.reconcile.host.Stat;
import dev.reconcile.model.FileAttributes;
import dev.reconcile.model.Layout;
import dev.reconcile.nginx.Directive;
import java.util.List;
import java.util.Optional;

/**
 * The user and group of nginx's workers.
 *
 * @param user the name or number of the user
 * @param group the name or number of the group
 */
public record WebUser(String user, String group) {
  /** The user of Debian and Ubuntu. */
  public static final WebUser USUAL = new WebUser(Layout.WEB_USER, Layout.WEB_USER);

  /** The permission bit with which a directory is traversed. */
  static final int PASS = 1;

  /** The permission bit with which a file is read. */
  static final int READ = 4;

  /**
   * Determines the user from nginx's unit, command line and configuration, in this order; else from
   * nginx's build.
   */
  public static WebUser of(Facts facts) throws HostException {
    NginxCommand command = NginxCommand.of(facts);
    if (!command.user().isEmpty()) {
      return new WebUser(
          command.user(),
          command.group().isEmpty()
              ? facts.groupOf(command.user()).orElse(command.user())
              : command.group());
    }
    Optional<Directive> directive =
        command
            .main(facts)
            .filter(candidate -> candidate.is("user") && !candidate.parameters().isEmpty())
            .findFirst();
    if (directive.isPresent()) {
      List<String> words = directive.get().parameters();
      return new WebUser(words.getFirst(), words.getLast());
    }
    NginxBuild build = facts.nginxBuild();
    return new WebUser(build.user(), build.group());
  }

  /**
   * Determines the owner of the apps' sockets, so that nginx may connect to them. It is {@link
   * #USUAL} if nginx is a member of that group, so that such a host needs no change.
   */
  public static WebUser ofSockets(Facts facts) throws HostException {
    WebUser found = of(facts);
    boolean passes =
        found.user().equals("root")
            || found.user().equals(USUAL.user())
            || found.group().equals(USUAL.group())
            || facts.isMember(found.user(), USUAL.group());
    // with a missing account, neither nginx nor a socket starts
    if (passes || !facts.hasUser(found.user()) || !facts.hasGroup(found.group())) {
      return USUAL;
    }
    // systemd warns of files that belong to "nobody"; the group is enough
    return found.user().equals("nobody") ? new WebUser(USUAL.user(), found.group()) : found;
  }

  /**
   * Reports whether permission bits deny access to this user.
   *
   * @param bit {@link #PASS} or {@link #READ}
   */
  boolean isDenied(Facts facts, FileAttributes there, int bit) throws HostException {
    List<String> groups = List.of(group, facts.groupOf(user).orElse(group));
    int mode =
        there.user().equals(user)
            ? there.mode() >> 6
            : groups.contains(there.group()) || facts.isMember(user, there.group())
                ? there.mode() >> 3
                : there.mode();
    return (mode & bit) == 0;
  }

  /**
   * Reports whether the host denies this user access to a path; access control lists count.
   *
   * @param bit {@link #PASS} or {@link #READ}
   */
  boolean isShutOut(Facts facts, String path, int bit) throws HostException {
    return facts.stat(path).isPresent()
        && isDenied(facts, attributes(facts, path), bit)
        && !facts.may(user, bit == PASS ? "-x" : "-r", path);
  }

  /** Returns the attributes of an existing path; those of root if there is nothing. */
  FileAttributes attributes(Facts facts, String path) throws HostException {
    Optional<Stat> stat = facts.stat(path);
    return stat.isEmpty()
        ? FileAttributes.root(0)
        : facts.attributes(stat.get(), new FileAttributes(user, group, 0));
  }
}
