// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.web;

import dev.reconcile.nginx.Directive;
import dev.reconcile.nginx.ResolvedConfig;
import java.util.ArrayList;
import java.util.List;

/** The addresses to which nginx passes requests. */
final class UpstreamTargets {
  private UpstreamTargets() {}

  /**
   * Returns the servers of an upstream block, or the address itself.
   *
   * @param parameter the parameter of {@code proxy_pass} or of another directive of its sort
   * @param configuration the configuration of nginx, which has the upstream blocks
   */
  static List<String> of(String parameter, ResolvedConfig configuration) {
    String plain = parameter.replaceFirst("^(https?|grpcs?)://", "");
    String name = plain.startsWith("unix:") ? plain : plain.replaceFirst("/.*", "");
    List<String> members = new ArrayList<>();
    configuration
        .http()
        .filter(line -> line.is("upstream") && line.parameter().equals(name))
        .flatMap(Directive::contents)
        .filter(line -> line.is("server") && !line.parameters().isEmpty())
        .forEach(line -> members.add(line.parameters().getFirst()));
    return members.isEmpty() ? List.of(name) : members;
  }

  /**
   * Tells whether a target is an address of an app. Debian links {@code /var/run} to {@code /run}.
   *
   * @param target one of {@link #of}
   * @param address where the app listens
   */
  static boolean isAt(String target, String address) {
    String plain = target.replaceFirst("^unix:/var/run/", "unix:/run/");
    return plain.equals(address)
        || plain.startsWith(address + ":")
        || plain.startsWith(address + "/");
  }

  /** Tells whether a program in nginx's configuration may answer or choose the target. */
  static boolean isProgram(Directive directive) {
    return directive.name().contains("_by_lua") || directive.name().startsWith("js_");
  }
}
