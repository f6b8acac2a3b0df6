package dev.reconcile.web;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.host.NginxBuild;
import dev.reconcile.model.Layout;
import dev.reconcile.nginx.Directive;
import java.util.List;
import java.util.Optional;

/**
 * Who nginx's workers run as.
 *
 * @param user by name or number
 * @param group likewise
 */
public record WebUser(String user, String group) {
  /** Debian's and Ubuntu's. */
  public static final WebUser USUAL = new WebUser(Layout.WEB_USER, Layout.WEB_USER);

  /** As nginx's unit, command line and configuration say, in this order; else as it was built. */
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
            .filter(one -> one.is("user") && !one.parameters().isEmpty())
            .findFirst();
    if (directive.isPresent()) {
      List<String> words = directive.get().parameters();
      return new WebUser(words.getFirst(), words.getLast());
    }
    NginxBuild build = facts.nginxBuild();
    return new WebUser(build.user(), build.group());
  }

  /**
   * Whom the sockets of apps belong to so that nginx may connect to them. That is {@link #USUAL} as
   * long as it will do: a host on which nginx is in that group, in one way or another, needs no
   * change.
   */
  public static WebUser ofSockets(Facts facts) throws HostException {
    WebUser found = of(facts);
    boolean passes =
        found.user().equals("root")
            || found.user().equals(USUAL.user())
            || found.group().equals(USUAL.group())
            || facts.isMember(found.user(), USUAL.group());
    // an account that is not there keeps nginx from starting, and a socket, too
    if (passes || !facts.hasUser(found.user()) || !facts.hasGroup(found.group())) {
      return USUAL;
    }
    // systemd finds it unsafe that something belongs to nobody; the group will do
    return found.user().equals("nobody") ? new WebUser(USUAL.user(), found.group()) : found;
  }
}
