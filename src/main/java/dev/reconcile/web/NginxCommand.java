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
 * How nginx is started (nginx(8)).
 *
 * @param configuration its main file
 * @param prefix the folder of other relative paths
 * @param given directives of the command line
 * @param arguments what a test of the same configuration needs; empty if it needs nothing
 * @param user who its unit runs it as; empty for root, who can have workers run as others
 * @param group likewise
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

  /** As its unit starts it; as nobody has said anything else, if there is no unit. */
  public static NginxCommand of(Facts facts) throws HostException {
    NginxUnit unit = NginxUnit.of(facts);
    List<String> words = unit.command();
    return of(
        words.isEmpty() ? words : words.subList(1, words.size()),
        facts.nginxBuild(),
        unit.user(),
        unit.group());
  }

  /** The same with the words that it was really started with. */
  NginxCommand with(List<String> words, Facts facts) throws HostException {
    return of(words, facts.nginxBuild(), user, group);
  }

  private static NginxCommand of(List<String> words, NginxBuild build, String user, String group) {
    String prefix = option(words, "-p", build.prefix());
    String file = option(words, "-c", build.configuration());
    String directives = option(words, "-g", "");
    List<Directive> given = NginxConfig.parse("-g", directives + ";").directives();
    List<String> arguments = new ArrayList<>();
    for (String one : List.of("-p", "-c")) {
      String value = option(words, one, "");
      if (!value.isEmpty()) {
        arguments.addAll(List.of(one, value));
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

  /** The command that tests the configuration which nginx is started with, or prints it. */
  public static Command asking(Facts facts, String... options) throws HostException {
    List<String> argv = new ArrayList<>(List.of("nginx"));
    argv.addAll(List.of(options));
    argv.addAll(of(facts).arguments());
    return Command.of(argv.toArray(String[]::new));
  }

  // "-c FILE" or "-cFILE"
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

  /** A path of its configuration other than an include's. */
  String absolute(String path) {
    return absolute(prefix, path);
  }

  /** What the command line and the configuration say outside of all blocks. */
  Stream<Directive> main(Facts facts) throws HostException {
    ResolvedConfig read = ResolvedConfig.readMain(configuration, new LiveFiles(facts));
    return Stream.concat(given.stream(), read.main());
  }

  /** The whole configuration as it is on disk now. */
  public ResolvedConfig read(Facts facts) throws HostException {
    return ResolvedConfig.read(configuration, new LiveFiles(facts));
  }
}
