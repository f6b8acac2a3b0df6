// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.web;

import dev.reconcile.host.Command;
import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.host.NginxBuild;
import dev.reconcile.nginx.Directive;
import dev.reconcile.nginx.NginxConfig;
import dev.reconcile.nginx.ResolvedConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The command line and user with which nginx is started (nginx(8)).
 *
 * @param configuration the absolute path of the main configuration file
 * @param prefix the directory to which other relative paths are relative
 * @param given the directives of the command line ({@code -g})
 * @param arguments the arguments with which {@code nginx -t} tests the same configuration; may be
 *     empty
 * @param user the {@code User=} of the unit; empty for root, which can run workers as another user
 * @param group the {@code Group=} of the unit; empty if the unit sets none
 */
public record NginxCommand(
    String configuration,
    String prefix,
    List<Directive> given,
    List<String> arguments,
    String user,
    String group) {
  private static final Set<String> OF_SYSTEMD = Set.of("daemon", "master_process");

  public NginxCommand {
    given = List.copyOf(given);
    arguments = List.copyOf(arguments);
  }

  /** Reads the command from nginx's unit; without a unit, nginx's built-in defaults apply. */
  public static NginxCommand of(Facts facts) throws HostException {
    NginxUnit unit = NginxUnit.of(facts);
    List<String> words = unit.command();
    return of(
        words.isEmpty() ? words : words.subList(1, words.size()),
        facts.nginxBuild(),
        unit.user(),
        unit.group());
  }

  /** Returns the command with the arguments of the running process. */
  NginxCommand with(List<String> words, Facts facts) throws HostException {
    return of(words, facts.nginxBuild(), user, group);
  }

  private static NginxCommand of(List<String> words, NginxBuild build, String user, String group) {
    String prefix = option(words, "-p", build.prefix());
    String file = option(words, "-c", build.configuration());
    String directives = option(words, "-g", "");
    List<Directive> given = NginxConfig.parse("-g", directives + ";").directives();
    List<String> arguments = new ArrayList<>();
    for (String name : List.of("-p", "-c")) {
      String value = option(words, name, "");
      if (!value.isEmpty()) {
        arguments.addAll(List.of(name, value));
      }
    }
    if (!given.stream().map(Directive::name).allMatch(OF_SYSTEMD::contains)) {
      arguments.addAll(List.of("-g", directives));
    }
    return new NginxCommand(absolute(prefix, file), prefix, given, arguments, user, group);
  }

  private static String absolute(String prefix, String path) {
    return path.startsWith("/") ? path : (prefix + "/" + path).replace("//", "/");
  }

  /** Builds a command that asks nginx about the configuration with which its unit starts it. */
  public static Command asking(Facts facts, String... options) throws HostException {
    List<String> argv = new ArrayList<>(List.of("nginx"));
    argv.addAll(List.of(options));
    argv.addAll(of(facts).arguments());
    return Command.of(argv.toArray(String[]::new));
  }

  // nginx accepts "-c FILE" and "-cFILE".
  private static String option(List<String> words, String name, String usual) {
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      if (word.equals(name) && i + 1 < words.size()) {
        return words.get(i + 1);
      }
      if (word.startsWith(name) && word.length() > name.length()) {
        return word.substring(name.length());
      }
    }
    return usual;
  }

  /** Resolves a path of the configuration that is not the path of an include. */
  String absolute(String path) {
    return absolute(prefix, path);
  }

  /** Returns the top-level directives of the command line and of the configuration. */
  Stream<Directive> main(Facts facts) throws HostException {
    ResolvedConfig read = ResolvedConfig.readMain(configuration, new LiveFiles(facts));
    return Stream.concat(given.stream(), read.main());
  }

  /** Reads the whole configuration as it is on disk now. */
  public ResolvedConfig read(Facts facts) throws HostException {
    return ResolvedConfig.read(configuration, new LiveFiles(facts));
  }
}
