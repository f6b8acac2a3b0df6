// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.cli.CaseFile.Section;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * The files under {@code src/test/resources/cases}: each is a repo, a host, and what command lines
 * make of them. With {@code -Dupdate=true} the expectations are written instead of compared.
 *
 * <p>Sections happen in the order in which they stand:
 *
 * <pre>
 * -- apps/shop.yaml --             a file of the repo
 * -- escaped apps/shop.yaml --     likewise, with \xNN, \t and \r, and no line break at its end
 * -- link apps/a.yaml -> b --      a symbolic link of the repo
 * -- remove apps/shop.yaml --      a file leaves the repo
 * -- live /etc/x 0644 --           a file of the host
 * -- live /etc/x -> /y --          a symbolic link of the host
 * -- live /etc/x/ --               a directory of the host
 * -- $ plan --only shop --         a command line; below it what it prints, and its exit code
 * -- see /etc/x --                 what is then at a path of the host
 * </pre>
 *
 * <p>Whatever a case is about, each of its commands is held to what every run promises: a plan
 * changes nothing, an invalid desired state touches nothing, a plan finds what validate finds, an
 * apply that went well leaves nothing to do, and no run leaves a temporary file.
 */
final class CasesTest {
  private static final Path CASES = Path.of("src/test/resources/cases");
  private static final Pattern ESCAPE = Pattern.compile("\\\\(t|r|x[0-9A-F]{2})");
  private static final boolean UPDATE = Boolean.getBoolean("update");

  @TempDir Path temp;

  @TestFactory
  Stream<DynamicContainer> cases() throws IOException {
    return list(CASES).stream()
        .map(topic ->
            DynamicContainer.dynamicContainer(
                topic.getFileName().toString(),
                list(topic).stream()
                    .map(file ->
                        DynamicTest.dynamicTest(
                            file.getFileName().toString().replace(".case", ""),
                            file.toUri(),
                            () -> check(file)))));
  }

  private static List<Path> list(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private void check(Path file) throws IOException {
    CaseFile expected = CaseFile.read(file);
    assertThat(expected.about()).as("what the case is about").isNotBlank();
    assertThat(expected.sections())
        .as("something must be asserted")
        .anyMatch(section -> section.name().startsWith("$ "));
    Scene scene = new Scene(Files.createTempDirectory(temp, "case"));
    List<Section> happened = new ArrayList<>();
    for (Section section : expected.sections()) {
      happened.add(new Section(section.name(), happen(scene, section)));
    }
    String actual = new CaseFile(expected.about(), happened).text();
    if (UPDATE) {
      Files.writeString(file, actual);
    } else {
      assertThat(actual).isEqualTo(expected.text());
    }
  }

  /** Makes a section happen; returns the body that would have been right. */
  static String happen(Scene scene, Section section) throws IOException {
    String name = section.name();
    int space = name.indexOf(' ');
    String rest = name.substring(space + 1);
    String arrow = " -> ";
    switch (space < 0 ? "" : name.substring(0, space)) {
      case "$" -> {
        return inOrder(run(scene, rest.split(" ", -1)).text())
            .replaceAll("[0-9]{8}T[0-9]{6}Z-[0-9a-f]{16}", "RUN");
      }
      case "see" -> {
        return scene.look(rest);
      }
      case "escaped" -> Files.write(scene.repo(rest), unescaped(section.body()));
      case "remove" -> Files.delete(scene.repo(rest));
      case "link" -> {
        String[] words = rest.split(arrow, 2);
        Files.createSymbolicLink(scene.repo(words[0]), Path.of(words[1]));
      }
      case "live" -> live(scene, rest, section.body());
      default -> {
        assertThat(name).as("a heading that is no file's path").containsAnyOf("/", ".", "config");
        Path file = name.equals("config") ? scene.config() : scene.repo(name);
        Files.writeString(file, section.body());
      }
    }
    return section.body();
  }

  private static void live(Scene scene, String what, String body) throws IOException {
    if (what.contains(" -> ")) {
      String[] words = what.split(" -> ", 2);
      Files.deleteIfExists(scene.live(words[0]));
      Files.createSymbolicLink(scene.live(words[0]), Path.of(words[1]));
    } else if (what.endsWith("/")) {
      Files.createDirectories(scene.live(what));
    } else {
      String[] words = what.split(" ", 2);
      Path file = Files.writeString(scene.live(words[0]), body);
      Scene.setMode(file, words.length > 1 ? words[1] : "0644");
    }
  }

  // as Latin-1 each byte is one character, so that any byte can be written
  private static byte[] unescaped(String body) {
    String bytes = new String(body.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    return ESCAPE
        .matcher(bytes.substring(0, bytes.length() - 1))
        .replaceAll(match -> Matcher.quoteReplacement(escape(match.group())))
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String escape(String escape) {
    return switch (escape.charAt(1)) {
      case 't' -> "\t";
      case 'r' -> "\r";
      default -> Character.toString(Integer.parseInt(escape.substring(2), 16));
    };
  }

  private static Scene.Ran run(Scene scene, String[] words) throws IOException {
    SortedMap<String, String> before = scene.snapshot();
    Scene.Ran ran = scene.run(words);
    SortedMap<String, String> after = scene.snapshot();
    boolean plans = !words[0].equals("apply") || List.of(words).contains("--dry-run");
    if (plans || ran.code() == ExitCode.INVALID || ran.code() == ExitCode.USAGE) {
      assertThat(after).as("nothing may be touched").isEqualTo(before);
    }
    assertThat(after.keySet())
        .as("no temporary file may be left")
        .noneMatch(path -> path.contains(".reconcile-tmp.") || path.contains("/.new-"));
    assertThat(ran.code()).as(ran.text()).isNotEqualTo(ExitCode.BUG);
    if (words[0].equals("validate") && ran.code() == ExitCode.INVALID) {
      Scene.Ran planned = scene.run("plan");
      if (planned.code() == ExitCode.ROLLED_BACK) { // what a folder lacks holds its app alone
        assertThat(planned.out().lines()).as("a plan finds the same").containsAll(places(ran));
        return ran;
      }
      Scene.Ran applied = scene.run("apply");
      assertThat(applied.code()).as(applied.text()).isEqualTo(ExitCode.INVALID);
      assertThat(places(applied)).as("apply finds the same").isEqualTo(places(ran));
      assertThat(scene.snapshot()).as("an invalid state touches nothing").isEqualTo(before);
    }
    if (!plans && (ran.code() == ExitCode.OK || ran.code() == ExitCode.CHANGED)) {
      expectNothingToDo(scene, words);
    }
    return ran;
  }

  // apps are deployed side by side, so what becomes of their checkouts ends in any order
  private static String inOrder(String text) {
    List<String> lines = new ArrayList<>(text.lines().toList());
    for (int i = 1; i < lines.size(); i++) {
      for (int j = i; j > 0 && isCheckout(lines, j) && isCheckout(lines, j - 1); j--) {
        if (lines.get(j).compareTo(lines.get(j - 1)) < 0) {
          Collections.swap(lines, j, j - 1);
        }
      }
    }
    return String.join("\n", lines) + "\n";
  }

  private static boolean isCheckout(List<String> lines, int index) {
    return lines.get(index).matches("checkout .* (created|updated|taken over)");
  }

  private static List<String> places(Scene.Ran ran) {
    return ran.err().lines().filter(line -> line.matches("(Error|  on ).*")).toList();
  }

  private static void expectNothingToDo(Scene scene, String[] words) throws IOException {
    SortedMap<String, String> before = scene.snapshot();
    Scene.Ran again =
        scene.run(Stream.of(words).filter(word -> !word.equals("--quiet")).toArray(String[]::new));
    assertThat(again.code()).as(again.text()).isEqualTo(ExitCode.OK);
    assertThat(again.out()).as("a second apply").contains("No changes");
    assertThat(scene.snapshot()).as("a second apply changes nothing").isEqualTo(before);
  }
}
