package dev.reconcile.app;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
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
 * What nginx will read: files that the desired state declares, else those of the host. A wildcard
 * is understood in the last part of a path.
 */
final class NginxReading {
  static final String FOLDER = "/etc/nginx/";

  private static final int MOST_BYTES = 1 << 20;
  private static final int DEEPEST = 10;

  private final Facts facts;
  private final Declarations declarations;

  NginxReading(Facts facts, Declarations declarations) {
    this.facts = facts;
    this.declarations = declarations;
  }

  /** What a file holds; nothing if it is not there. */
  List<Directive> file(String path) throws HostException {
    Declared declared = declarations.resources().get(FileKind.address(path));
    Optional<String> text =
        declared != null && declared.spec() instanceof FileKind.Spec(var content, _)
            ? Optional.of(content.text())
            : facts.text(path, MOST_BYTES);
    return text.map(one -> NginxConfig.parse(path, one).directives()).orElse(List.of());
  }

  /** These, each include replaced by what it brings; what is in blocks stays as it is. */
  List<Directive> included(List<Directive> directives) throws HostException {
    return included(directives, 0);
  }

  private List<Directive> included(List<Directive> directives, int depth) throws HostException {
    List<Directive> all = new ArrayList<>();
    for (Directive one : directives) {
      if (!one.is("include")) {
        all.add(one);
      } else if (depth < DEEPEST) {
        for (String path : matching(one.parameter())) {
          all.addAll(included(file(path), depth + 1));
        }
      }
    }
    return all;
  }

  private SortedSet<String> matching(String parameter) throws HostException {
    String path = parameter.startsWith("/") ? parameter : FOLDER + parameter;
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
    paths.removeIf(one -> !pattern.matcher(one).matches());
    return paths;
  }

  // glob(7): a wildcard at the beginning of a name does not stand for a dot
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
