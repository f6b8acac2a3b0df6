// SPDX-License-Identifier: Apache-2.0
package dev.reconcile;

import static java.util.stream.Collectors.toUnmodifiableSet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.kind.Kind;
import dev.reconcile.kind.Kinds;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Which strings only one class may spell: all others use its constant. */
final class StringLiteralsTest {
  private static final Path SOURCES = Path.of("src/main/java/dev/reconcile");

  /** Parts of names and paths that derive from an app's name; {@code Layout} has them all. */
  private static final Set<String> OF_APPS =
      Set.of(
          "gunicorn@",
          "gunicorn.target",
          "gunicorn-\"",
          "_gunicorn",
          "/run/gunicorn",
          "/etc/gunicorn",
          "/var/log/gunicorn",
          "/var/lib/gunicorn",
          "/etc/logrotate.d/gunicorn",
          "/opt/py_envs",
          "/usr/share/nginx/",
          "/checkouts",
          "/venvs",
          "/etc/reconcile/tls",
          "/etc/nginx/sites-available",
          "/etc/nginx/sites-enabled",
          "reconcile-bridge",
          ".secrets.env",
          "www-data");

  // a comment, a character, a text block or a string, whichever comes first
  private static final Pattern TOKEN =
      Pattern.compile(
          "//[^\\n]*|/\\*.*?\\*/|'(?:\\\\.|[^'\\\\])+'|\"\"\".*?\"\"\"|\"(?:\\\\.|[^\"\\\\\\n])*\"",
          Pattern.DOTALL);

  @Test
  void layoutAloneSpellsNamesAndPathsOfApps() {
    assertThat(literals("model/Layout.java")).anyMatch(StringLiteralsTest::isOfApps);
    assertThat(spelling(StringLiteralsTest::isOfApps)).containsExactly("model/Layout.java");
  }

  /** A kind's name in an address, or compared with an address' kind. */
  @Test
  void kindsAreNamedByTheirConstants() {
    Set<String> names = Kinds.ALL.stream().map(Kind::name).collect(toUnmodifiableSet());
    String name = "\"(?:" + String.join("|", names) + ")\"";
    Pattern spelt =
        Pattern.compile("new Address\\(\\s*" + name + "|\\bkind(?:\\(\\))?\\.equals\\(" + name);
    assertThat(spelt.matcher("new Address(\n \"file\", path)").find()).isTrue();
    assertThat(spelt.matcher("one.address().kind().equals(\"unit\")").find()).isTrue();
    assertThat(files().filter(file -> spelt.matcher(text(file)).find())).isEmpty();
  }

  /** A value becomes a text by a method that says so, and an exception has {@code message()}. */
  @Test
  void nothingBecomesATextByAnEmptyString() {
    Pattern empty = Pattern.compile("(?<![\\\\\"])\"\" \\+ ");
    assertThat(empty.matcher("say(\"\" + e.getMessage());").find()).isTrue();
    assertThat(empty.matcher("say(\"\\\"\" + name);").find()).isFalse();
    assertThat(files().filter(file -> empty.matcher(text(file)).find())).isEmpty();
  }

  private static boolean isOfApps(String literal) {
    return OF_APPS.stream().anyMatch(literal::contains);
  }

  /** Files that have a literal, with its quotes, that {@code is} takes. */
  private static List<String> spelling(Predicate<String> is) {
    return files().filter(file -> literals(file).stream().anyMatch(is)).toList();
  }

  private static Stream<String> files() {
    try (Stream<Path> sources = Files.walk(SOURCES)) {
      return sources
          .filter(path -> path.toString().endsWith(".java"))
          .map(path -> SOURCES.relativize(path).toString())
          .toList()
          .stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(String file) {
    try {
      return Files.readString(SOURCES.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // text blocks are documents for people and shells, not values
  private static List<String> literals(String file) {
    Matcher token = TOKEN.matcher(text(file));
    List<String> found = new ArrayList<>();
    while (token.find()) {
      if (token.group().startsWith("\"") && !token.group().startsWith("\"\"\"")) {
        found.add(token.group());
      }
    }
    return found;
  }
}
