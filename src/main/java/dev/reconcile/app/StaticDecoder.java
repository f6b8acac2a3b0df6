// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.kind.Declarations;
import dev.reconcile.kind.Key;
import dev.reconcile.kind.Table;
import dev.reconcile.model.Origin;
import dev.reconcile.model.Schema;
import dev.reconcile.model.TextFormat;
import dev.reconcile.model.Value;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The decoder of {@code site.static}: which folders or files nginx serves under which prefixes. */
final class StaticDecoder {
  private static final String CHALLENGES = "/.well-known/acme-challenge/";

  private static final Pattern EXTENSION =
      Pattern.compile(".*/[^/]+\\.([A-Za-z][A-Za-z0-9]{0,10})");
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9._~/-]+");
  private static final Pattern UNUSABLE =
      Pattern.compile("(?s).*(\\p{Cntrl}|[\"\\\\]|/\\.{1,2}(/|$)).*");

  static final Key<String> PATH =
      Key.text("path", TextFormat.PLACE, "", "the directory or the file");
  static final Key<String> CACHE =
      Key.text("cache", TextFormat.AGE, "", "how long browsers keep the files")
          .otherwise(SiteSection.OF_NGINX)
          .more("Headers of `headers` for caches do not apply then.")
          .example("30d");

  /** What nginx serves under a prefix. */
  static final Schema FILES =
      Schema.either(Schema.text(TextFormat.PLACE), Key.fields("static files", PATH, CACHE));

  private final Declarations mistakes;

  StaticDecoder(Declarations mistakes) {
    this.mistakes = mistakes;
  }

  /**
   * Returns the static files of a site.
   *
   * @param site the value of {@code site}
   * @param paths the app's code and data, to which relative paths lead
   * @param acme whether certbot proves the site's names
   */
  List<Static> decode(Table site, StaticPaths paths, boolean acme) {
    List<Static> statics = new ArrayList<>();
    Map<String, Static> seen = new HashMap<>();
    for (Value.Entry entry : site.table(SiteSection.STATIC).map().entries()) {
      Optional<String> path = path(entry.value());
      Optional<String> prefix = decoded(entry.key());
      if (path.isEmpty()) {
        withoutPath(entry.value());
        continue; // the value or its prefix was refused
      }
      if (prefix.isEmpty()) {
        mistakes.error(
            entry.keyOrigin(),
            "Unmatchable prefix",
            """
            nginx compares the path with "%%" and two digits already read as one \
            character, and "%s" stands for none that it can compare.\
            """
                .formatted(entry.key()));
      } else {
        Static files =
            of(prefix.get(), path.get(), paths).keptFor(Table.of(entry.value()).get(CACHE));
        check(files, entry.keyOrigin(), paths.directory(), acme);
        Static other = seen.putIfAbsent(files.location(), files);
        if (other == null) {
          statics.add(files);
        } else if (!other.equals(files)) {
          mistakes.error(
              entry.keyOrigin(),
              "Duplicate prefix",
              "%s means %s, which is %s already. One prefix has one folder."
                  .formatted(entry.key(), files.location(), other.path()));
        }
      }
    }
    List<Static> inside = new ArrayList<>();
    statics.forEach(files -> inside.addAll(inside(files, paths)));
    inside.stream().filter(files -> !seen.containsKey(files.location())).forEach(statics::add);
    return statics;
  }

  /** Returns the path of a value; empty if there is none. */
  static Optional<String> path(Value value) {
    return Table.textOf(value).or(() -> Table.of(value).text(PATH.name()));
  }

  private void withoutPath(Value value) {
    if (value instanceof Value.Mapping && Table.of(value).isSound()) {
      mistakes.error(
          value.origin(),
          "Files without a path",
          "Name the directory or the file: {path: static/, cache: 30d}.");
    }
  }

  // nginx would follow the link in the tree, and any link of the app below it.
  private static List<Static> inside(Static files, StaticPaths paths) {
    List<Static> inside = new ArrayList<>();
    for (DataFolder folder : paths.inside(files)) {
      String prefix = files.location().replace("\"", "") + paths.below(files, folder);
      inside.add(
          paths.of(word(withSlash(prefix)), withSlash(folder.folder())).keptFor(files.cache()));
    }
    return inside;
  }

  /**
   * Returns the meaning of a prefix and a path: a folder, unless both name a file with the same
   * extension.
   */
  private static Static of(String prefix, String path, StaticPaths paths) {
    String sort = EXTENSION.matcher(prefix).replaceAll("$1");
    if (!sort.equals(prefix) && path.endsWith("." + sort)) {
      return paths.of("= " + word(prefix), path);
    }
    return paths.of(word(withSlash(prefix)), withSlash(path));
  }

  private static String withSlash(String path) {
    return path.endsWith("/") ? path : path + "/";
  }

  private static String word(String prefix) {
    return PLAIN.matcher(prefix).matches() ? prefix : "\"" + prefix + "\"";
  }

  // nginx decodes a path before it compares it: %20 becomes a blank, and // one slash.
  private static Optional<String> decoded(String prefix) {
    ByteBuffer bytes = ByteBuffer.allocate(prefix.length());
    for (int i = 0; i < prefix.length(); i++) {
      char c = prefix.charAt(i);
      if (c == '%') {
        if (!prefix.substring(i).matches("%[0-9A-Fa-f]{2}.*")) {
          return Optional.empty();
        }
        bytes.put((byte) Integer.parseInt(prefix.substring(i + 1, i + 3), 16));
        i += 2;
      } else {
        bytes.put((byte) c);
      }
    }
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
      return Optional.of(text.replaceAll("/+", "/"))
          .filter(decoded -> !UNUSABLE.matcher(decoded).matches());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  private void check(Static files, Origin origin, String directory, boolean acme) {
    if (files.location().equals("/")) {
      mistakes.error(
          origin,
          "Prefix reserved for the app",
          "\"/\" goes to the app itself; give the files a longer prefix, such as /static/.");
    }
    if (acme && files.location().equals(CHALLENGES)) {
      mistakes.error(
          origin,
          "Prefix reserved for certbot",
          CHALLENGES + " is where the issuer of the certificate asks for certbot's answers.");
    }
    if ((directory + "/").startsWith(files.path())) {
      mistakes.warning(
          origin,
          "Code readable by everybody",
          """
          %s has the app's code, in %s, and nginx hands out every file of it \
          under %s. Name the folder of the static files.\
          """
              .formatted(files.path(), directory, files.location()));
    }
  }
}
