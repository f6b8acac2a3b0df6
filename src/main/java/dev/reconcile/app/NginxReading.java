// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.host.Limits;
import dev.reconcile.kind.Declarations;
import dev.reconcile.kind.FileKind;
import dev.reconcile.model.Declared;
import dev.reconcile.nginx.Directive;
import dev.reconcile.nginx.NginxConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The configuration that nginx will read: files that the desired state declares, else those of the
 * host. It expands a wildcard only in the last part of a path.
 */
final class NginxReading {
  static final String FOLDER = "/etc/nginx/";

  private static final int DEEPEST = 10;

  private final Facts facts;
  private final Declarations declarations;

  NginxReading(Facts facts, Declarations declarations) {
    this.facts = facts;
    this.declarations = declarations;
  }

  /** Returns the directives of a file; none if the file does not exist. */
  List<Directive> file(String path) throws HostException {
    Declared declared = declarations.resources().get(FileKind.address(path));
    Optional<String> text =
        declared != null && declared.spec() instanceof FileKind.Spec(var declaredText, _)
            ? Optional.of(declaredText.text())
            : facts.text(path, Limits.CONFIG_FILE);
    return text.map(content -> NginxConfig.parse(path, content).directives()).orElse(List.of());
  }

  /** Returns the directives of the http block of nginx's main file. */
  List<Directive> http() throws HostException {
    return included(file(FOLDER + "nginx.conf")).stream()
        .filter(directive -> directive.is("http"))
        .findFirst()
        .map(Directive::block)
        .orElse(List.of());
  }

  /**
   * Returns the directives of a block that nginx reads before the file at {@code path}, which need
   * not exist; all of them if no include brings it.
   */
  List<Directive> before(String path, List<Directive> block) throws HostException {
    List<Directive> all = new ArrayList<>();
    for (Directive directive : block) {
      boolean isInclude = directive.is("include");
      boolean brings =
          isInclude
              && Pattern.compile(glob(absolute(directive.parameter()))).matcher(path).matches();
      for (String file : isInclude ? matching(directive.parameter()) : List.<String>of()) {
        if (!brings || file.compareTo(path) < 0) {
          all.addAll(included(file(file)));
        }
      }
      if (brings) {
        return all;
      }
      if (!isInclude) {
        all.add(directive);
      }
    }
    return all;
  }

  /**
   * Returns these directives with each include replaced by the content of its files. Includes
   * within blocks stay.
   */
  List<Directive> included(List<Directive> directives) throws HostException {
    return included(directives, 0);
  }

  private List<Directive> included(List<Directive> directives, int depth) throws HostException {
    List<Directive> all = new ArrayList<>();
    for (Directive directive : directives) {
      if (!directive.is("include")) {
        all.add(directive);
      } else if (depth < DEEPEST) {
        for (String path : matching(directive.parameter())) {
          all.addAll(included(file(path), depth + 1));
        }
      }
    }
    return all;
  }

  private SortedSet<String> matching(String parameter) throws HostException {
    String path = absolute(parameter);
    SortedSet<String> paths = new TreeSet<>();
    if (!path.contains("*") && !path.contains("?")) {
      paths.add(path);
      return paths;
    }
    String folder = path.substring(0, path.lastIndexOf('/'));
    Pattern pattern = Pattern.compile(glob(path));
    for (String name : facts.list(folder)) {
      paths.add(folder + "/" + name);
    }
    declarations.resources().keySet().stream()
        .filter(address -> address.kind().equals(FileKind.NAME))
        .forEach(address -> paths.add(address.name()));
    paths.removeIf(candidate -> !pattern.matcher(candidate).matches());
    return paths;
  }

  static String absolute(String parameter) {
    return parameter.startsWith("/") ? parameter : FOLDER + parameter;
  }

  // glob(7): a wildcard at the beginning of a name does not match a dot.
  private static String glob(String path) {
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      String first = i > 0 && path.charAt(i - 1) == '/' ? "(?!\\.)" : "";
      switch (c) {
        case '*' -> regex.append(first).append("[^/]*");
        case '?' -> regex.append(first).append("[^/]");
        default -> regex.append(Pattern.quote(String.valueOf(c)));
      }
    }
    return regex.toString();
  }
}
