// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.app.Templates.TemplateException;
import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.kind.Declarations;
import dev.reconcile.kind.FileKind;
import dev.reconcile.model.Content;
import dev.reconcile.model.Declared;
import dev.reconcile.model.FileAttributes;
import dev.reconcile.model.Origin;
import dev.reconcile.model.Role;
import dev.reconcile.nginx.Directive;
import dev.reconcile.nginx.NginxConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The sizes of nginx's hash tables for what sites define: the values of maps, the names of
 * variables and of headers. By itself, nginx refuses a word of more than 46 letters in each of
 * them, and warns of some hundred words. If more is needed and no other file sets the sizes,
 * reconcile sets them in a file of its own.
 */
final class SiteHashes {
  /** nginx takes the size for maps only before the first map, so the file is read first. */
  static final String FILE = NginxReading.FOLDER + "conf.d/00-reconcile-hash.conf";

  private static final HashSize MAPS = new HashSize("map_hash", 2048);
  private static final HashSize VARIABLES = new HashSize("variables_hash", 1024);
  private static final HashSize HEADERS = new HashSize("proxy_headers_hash", 512);

  private static final Pattern MAP = Pattern.compile("(?:^|[\\s;{}])map\\s");
  private static final Pattern VARIABLE =
      Pattern.compile(
          """
          (?:(?:^|[\\s;{}])(?:(?:map|split_clients)\\s+(?:"[^"]*"|'[^']*'|[^\\s;]+)|\
          geo(?:\\s+\\$\\w+)?|[a-z_]*set)\\s+\\$|\\(\\?P?<)(\\w+)\
          """);
  private static final Pattern HEADER =
      Pattern.compile("(?:^|[\\s;{}])proxy_(?:set|hide)_header\\s+[\"']?([\\w-]+)");

  /** Words of a map that are not in its table. */
  private static final Set<String> OPTIONS = Set.of("default", "hostnames", "volatile");

  private final Declarations declarations;
  private final Templates templates;
  private final NginxReading reading;

  SiteHashes(Declarations declarations, Templates templates, Facts facts) {
    this.declarations = declarations;
    this.templates = templates;
    this.reading = new NginxReading(facts, declarations);
  }

  /** Declares the file if the declared files of nginx need it. */
  void declare(Origin origin) throws HostException, TemplateException {
    List<String> texts = texts();
    List<HashTables> maps = maps(texts);
    SortedSet<String> variables = words(VARIABLE, texts);
    List<HashTables> headers = headers(texts);
    HashSize.Fit allMaps = (bucket, most) -> maps.stream().allMatch(map -> map.fits(bucket, most));
    HashSize.Fit allVariables = (bucket, most) -> isRoomFor(variables, bucket, most);
    HashSize.Fit allHeaders =
        (bucket, most) -> headers.stream().allMatch(names -> names.fits(bucket, most));
    boolean maySetMaps = !MAPS.isUsual(allMaps);
    if (!maySetMaps && VARIABLES.isUsual(allVariables) && HEADERS.isUsual(allHeaders)) {
      return;
    }
    List<Directive> block = reading.http();
    maySetMaps &= reading.before(FILE, block).stream().noneMatch(line -> line.is("map"));
    List<Directive> http =
        reading.included(block).stream().filter(line -> !line.file().equals(FILE)).toList();
    List<String> directives = new ArrayList<>();
    directives.addAll(maySetMaps ? MAPS.directives(allMaps, http) : List.of());
    directives.addAll(VARIABLES.directives(allVariables, http));
    directives.addAll(HEADERS.directives(allHeaders, http));
    if (!directives.isEmpty()) {
      declare(directives, origin);
    }
  }

  private void declare(List<String> directives, Origin origin) throws TemplateException {
    String text =
        templates.render("hash.conf", Map.of("from", origin.file(), "directives", directives));
    declarations.add(
        new Declared(
            FileKind.address(FILE),
            new FileKind.Spec(Content.of(text), FileAttributes.root(0644)),
            "",
            Role.NGINX_CONF,
            List.of(SharedResources.RELOAD_NGINX),
            origin));
  }

  private List<String> texts() {
    return declarations.resources().values().stream()
        .filter(declared -> declared.address().name().startsWith(NginxReading.FOLDER))
        .map(Declared::spec)
        .filter(spec -> spec instanceof FileKind.Spec(var content, _) && !content.secret())
        .map(spec -> ((FileKind.Spec) spec).content().text())
        .toList();
  }

  private List<HashTables> maps(List<String> texts) throws HostException {
    List<Directive> maps =
        texts.stream()
            .filter(text -> MAP.matcher(text).find())
            .flatMap(text -> NginxConfig.parse("", text).directives().stream())
            .flatMap(line -> Stream.concat(Stream.of(line), line.all()))
            .filter(line -> line.is("map") && line.isBlock())
            .toList();
    List<HashTables> tables = new ArrayList<>();
    for (Directive map : maps) {
      List<Directive> lines = reading.included(map.block());
      List<String> values =
          lines.stream()
              .map(Directive::name)
              .filter(value -> !OPTIONS.contains(value) && !value.startsWith("~"))
              .map(value -> value.startsWith("\\") ? value.substring(1) : value)
              .toList();
      boolean areNames = lines.stream().anyMatch(line -> line.is("hostnames"));
      tables.add(areNames ? HashTables.ofNames(values) : HashTables.ofWords(values));
    }
    return tables;
  }

  private static SortedSet<String> words(Pattern pattern, List<String> texts) {
    SortedSet<String> words = new TreeSet<>();
    for (String text : texts) {
      pattern.matcher(text).results().forEach(found -> words.add(found.group(1)));
    }
    return words;
  }

  // A location has its own table; a file may have several locations.
  private static List<HashTables> headers(List<String> texts) {
    return texts.stream()
        .map(text -> words(HEADER, List.of(text)))
        .distinct()
        .map(HashTables::ofWords)
        .toList();
  }

  // The variables of nginx's modules, some hundred, are in the table, too. Measured with nginx 1.22
  // and names of 4 to 24 letters, nginx has room for twice as many.
  private static boolean isRoomFor(Set<String> variables, int bucket, int most) {
    int room = bucket < 128 ? 20 : bucket < 256 ? 200 : 4 * bucket;
    return variables.size() <= room * (most / 1024)
        && variables.stream().allMatch(name -> HashTables.ofWords(Set.of(name)).fits(bucket, 1));
  }
}
