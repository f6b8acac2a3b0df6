package dev.reconcile.app;

import dev.reconcile.kind.Declarations;
import dev.reconcile.kind.Table;
import dev.reconcile.model.Origin;
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

/** Reads {@code site.static}: which folders, or files, nginx serves under which prefixes. */
final class StaticDecoder {
  private static final String CHALLENGES = "/.well-known/acme-challenge/";

  private static final Pattern EXTENSION =
      Pattern.compile(".*/[^/]+\\.([A-Za-z][A-Za-z0-9]{0,10})");
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9._~/-]+");
  private static final Pattern UNUSABLE =
      Pattern.compile("(?s).*(\\p{Cntrl}|[\"\\\\]|/\\.{1,2}(/|$)).*");

  private final Declarations mistakes;

  StaticDecoder(Declarations mistakes) {
    this.mistakes = mistakes;
  }

  /**
   * What a site says of static files.
   *
   * @param directory where the app's code is
   * @param acme whether certbot proves the site's names
   */
  List<Static> decode(Table site, String directory, boolean acme) {
    List<Static> statics = new ArrayList<>();
    Map<String, Static> seen = new HashMap<>();
    for (Value.Entry entry : site.table(SiteSection.STATIC).map().entries()) {
      Optional<String> path = Table.textOf(entry.value());
      Optional<String> prefix = decoded(entry.key());
      if (path.isEmpty()) {
        continue; // refused, or its prefix is
      }
      if (prefix.isEmpty()) {
        mistakes.error(
            entry.keyOrigin(),
            "A prefix that no request has",
            """
            nginx compares the path with "%%" and two digits already read as one \
            character, and "%s" stands for none that it can compare.\
            """
                .formatted(entry.key()));
      } else {
        Static one = of(prefix.get(), path.get());
        check(one, entry.keyOrigin(), directory, acme);
        Static other = seen.putIfAbsent(one.location(), one);
        if (other == null) {
          statics.add(one);
        } else if (!other.equals(one)) {
          mistakes.error(
              entry.keyOrigin(),
              "A prefix is there twice",
              "%s means %s, which is %s already. One prefix has one folder."
                  .formatted(entry.key(), one.location(), other.path()));
        }
      }
    }
    return statics;
  }

  /** What a prefix and a path mean: a folder, unless both name a file of the same sort. */
  private static Static of(String prefix, String path) {
    String sort = EXTENSION.matcher(prefix).replaceAll("$1");
    if (!sort.equals(prefix) && path.endsWith("." + sort)) {
      return new Static("= " + word(prefix), path);
    }
    return new Static(word(withSlash(prefix)), withSlash(path));
  }

  private static String withSlash(String path) {
    return path.endsWith("/") ? path : path + "/";
  }

  private static String word(String prefix) {
    return PLAIN.matcher(prefix).matches() ? prefix : "\"" + prefix + "\"";
  }

  // A path is compared after %20 has become a blank and // one slash.
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

  private void check(Static one, Origin origin, String directory, boolean acme) {
    if (one.location().equals("/")) {
      mistakes.error(
          origin,
          "A prefix belongs to the app",
          "\"/\" goes to the app itself; give the files a longer prefix, such as /static/.");
    }
    if (acme && one.location().equals(CHALLENGES)) {
      mistakes.error(
          origin,
          "A prefix belongs to certbot",
          CHALLENGES + " is where the issuer of the certificate asks for certbot's answers.");
    }
    if ((directory + "/").startsWith(one.path())) {
      mistakes.warning(
          origin,
          "Everybody can read the code",
          """
          %s has the app's code, in %s, and nginx hands out every file of it \
          under %s. Name the folder of the static files.\
          """
              .formatted(one.path(), directory, one.location()));
    }
  }
}
