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
import java.util.Map;
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

  private static final Pattern JOIN_AFTER = Pattern.compile("^(?:\\s*\\n\\s*\\+|\\s*\\+\\s*\\n)");
  private static final Pattern JOIN_BEFORE = Pattern.compile("(?:\\n\\s*\\+|\\+\\s*\\n)\\s*$");

  /** Files whose strings may be joined over lines, with the reason. */
  private static final Map<String, String> JOINED =
      Map.of(
          "model/PythonLiterals.java", "a regular expression of named parts, made by the compiler",
          "model/TextFormat.java", "has one of these parts in the middle, made by the compiler");

  // nouns such as "git object" and "reconcile has files" are no commands
  private static final Pattern COMMAND_IN_SENTENCE =
      Pattern.compile(
          "(?s)\".*(?:[:;] |\\(|`|\\b[Rr]un (?:\\\\\")?|\\b[Ss]ee:? |\\b[Uu]se (?:\\\\\")?|\\bwith )"
              + "(?:sudo|reconcile|git|apt|apt-get|systemctl|journalctl|chmod|chown|mv|rm|cp|gpg"
              + "|ssh-keygen|ssh-keyscan|certbot|dpkg) (?!object|has |failed)[a-z-]+.*\"");

  /** Packages whose texts are documents, not messages. */
  private static final Set<String> DOCUMENTS = Set.of("adopt", "cli", "command");

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

  /**
   * A sentence that is split over lines cannot be searched or corrected. It is a text block, or a
   * format string.
   */
  @Test
  void noStringIsJoinedOverLines() {
    assertThat(isJoined("say(\"a \"\n    + name);")).isTrue();
    assertThat(isJoined("say(name\n    + \" is\");")).isTrue();
    assertThat(isJoined("say(\"a \" +\n    name);")).isTrue();
    assertThat(isJoined("say(\"a \" + name\n    + more);")).isFalse();
    assertThat(isJoined("// \"a \"\n+ name")).isFalse();
    assertThat(isJoined("\"\"\"\n\"a\"\n+ b\n\"\"\"")).isFalse();

    assertThat(files().filter(file -> isJoined(text(file))))
        .containsExactlyInAnyOrderElementsOf(JOINED.keySet());
  }

  /** Returns whether a line begins or ends with a {@code +} between a string and something else. */
  private static boolean isJoined(String source) {
    Matcher token = TOKEN.matcher(source);
    int end = 0;
    boolean isAfterString = false;
    while (token.find()) {
      String between = source.substring(end, token.start());
      boolean isString = isString(token.group());
      if ((isAfterString && JOIN_AFTER.matcher(between).find())
          || (isString && JOIN_BEFORE.matcher(between).find())) {
        return true;
      }
      end = token.end();
      isAfterString = isString;
    }
    return isAfterString && JOIN_AFTER.matcher(source.substring(end)).find();
  }

  private static boolean isString(String token) {
    return token.startsWith("\"") && !token.startsWith("\"\"\"");
  }

  /**
   * A command to type has a line of its own, {@code Diagnostic.command}. The texts of help, of
   * generated files and of an adoption are documents, with a form of their own.
   */
  @Test
  void noMessageHidesACommandInASentence() {
    assertThat("\"Install it: apt install x.\"").matches(COMMAND_IN_SENTENCE);
    assertThat("\"Run `git worktree repair` there.\"").matches(COMMAND_IN_SENTENCE);
    assertThat("\"Sign it (git commit -S) again.\"").matches(COMMAND_IN_SENTENCE);
    assertThat("\"run \\\"reconcile allocate\\\" in it\"").matches(COMMAND_IN_SENTENCE);
    assertThat("\"reconcile apply --only \"").doesNotMatch(COMMAND_IN_SENTENCE);
    assertThat("\"chown root \"").doesNotMatch(COMMAND_IN_SENTENCE);
    assertThat(
            files()
                .filter(file -> !DOCUMENTS.contains(file.replaceFirst("/.*", "")))
                .flatMap(file ->
                    all(file).stream()
                        .filter(text -> !text.startsWith("\"\"\"#")) // a generated file
                        .filter(text -> COMMAND_IN_SENTENCE.matcher(text).matches())
                        .map(text -> file + ": " + text)))
        .isEmpty();
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
    return all(file).stream().filter(text -> !text.startsWith("\"\"\"")).toList();
  }

  /** The strings and text blocks of a file; a block without line continuations and indentation. */
  private static List<String> all(String file) {
    Matcher token = TOKEN.matcher(text(file));
    List<String> found = new ArrayList<>();
    while (token.find()) {
      if (token.group().startsWith("\"")) {
        found.add(token.group().replaceAll("\\\\\n\\s*", "").replaceFirst("^\"\"\"\\s+", "\"\"\""));
      }
    }
    return found;
  }
}
