// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.run.HostFactory;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Runs one scenario again and again, each time on a copy of the same directory tree, and compares
 * what comes of it with what comes of an undisturbed run.
 */
final class ScenarioRuns {
  private final Path temp;
  private int copies;

  /**
   * @param temp an empty directory
   */
  ScenarioRuns(Path temp) {
    this.temp = temp;
  }

  /** A scenario that is about to happen, and what comes of it when nothing disturbs it. */
  record Prepared(Scene scene, List<String> words, SortedMap<String, String> after) {
    /** Runs it on {@code hosts}, on a copy of the tree. */
    Scene.Ran run(Scene copy, HostFactory hosts) throws IOException {
      return copy.run(hosts, words.toArray(String[]::new));
    }
  }

  /** Makes what a scenario begins with, and lets it happen once. */
  Prepared prepare(FaultScenario scenario) throws IOException {
    Scene scene = new Scene(Files.createDirectory(temp.resolve("scene")));
    scenario.before().on(scene);
    scene.commit();
    scenario.change().on(scene);
    scene.commit();
    List<String> words = new ArrayList<>(List.of("apply"));
    words.addAll(scenario.options());
    return undisturbed(scenario.name(), scene, words);
  }

  /** The same for a scene of the caller's. */
  Prepared undisturbed(String name, Scene scene, List<String> words) throws IOException {
    Scene whole = copy(scene);
    Scene.Ran ran = whole.run(words.toArray(String[]::new));
    assertThat(ran.code()).as(name + "\n" + ran.text()).isEqualTo(ExitCode.OK);
    assertNothingToDo(whole);
    return new Prepared(scene, words, snapshot(whole));
  }

  /** One more ordinary run makes what an undisturbed one would have made, modes included. */
  static void assertCompleted(Prepared prepared, Scene scene) throws IOException {
    Scene.Ran again = scene.run(prepared.words().toArray(String[]::new));
    assertThat(again.code()).as(again.text()).isEqualTo(ExitCode.OK);
    assertThat(differences(prepared.after(), snapshot(scene))).isEmpty();
    assertNothingToDo(scene);
  }

  private static void assertNothingToDo(Scene scene) throws IOException {
    Scene.Ran next = scene.run("plan", "--detailed-exitcode");
    assertThat(next.code()).as(next.text()).isEqualTo(ExitCode.OK);
    assertThat(next.out()).contains("No changes");
  }

  static List<String> differences(
      SortedMap<String, String> wanted, SortedMap<String, String> found) {
    SortedSet<String> names = new TreeSet<>(wanted.keySet());
    names.addAll(found.keySet());
    return names.stream()
        .filter(name -> !Objects.equals(wanted.get(name), found.get(name)))
        .map(name -> name + " is " + found.get(name) + " instead of " + wanted.get(name))
        .toList();
  }

  /** All that counts of a tree. */
  static SortedMap<String, String> snapshot(Scene scene) throws IOException {
    SortedMap<String, String> found = new TreeMap<>(scene.snapshot());
    found.putAll(scene.folders());
    List<String> left = scene.names().stream().filter(ScenarioRuns::isTemporary).toList();
    assertThat(left).as("left over").isEmpty();
    // the backup has a folder a run
    found.keySet().removeIf(name -> name.startsWith("/var/lib/reconcile/backup/"));
    return found;
  }

  private static boolean isTemporary(String name) {
    return name.contains("/.reconcile-tmp.")
        || name.contains("/.new-")
        || name.matches("/var/lib/reconcile/.*(\\.new|\\.damaged|\\.lock|/incoming_[^/]*)");
  }

  /** A copy of a scene; the one before is removed. */
  Scene copy(Scene scene) throws IOException {
    copies++;
    Path target = temp.resolve("copy-" + copies);
    try (Stream<Path> old = Files.list(temp)) {
      for (Path path : old.filter(p -> p.toString().contains("copy-")).toList()) {
        deleteTree(path);
      }
    }
    try (Stream<Path> paths = Files.walk(scene.root())) {
      for (Path path : paths.toList()) {
        Files.copy(
            path,
            target.resolve(scene.root().relativize(path)),
            StandardCopyOption.COPY_ATTRIBUTES,
            LinkOption.NOFOLLOW_LINKS);
      }
    }
    return scene.withRoot(target);
  }

  private static void deleteTree(Path tree) throws IOException {
    Files.walkFileTree(
        tree,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes a) throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          @SuppressWarnings("NullAway") // the visitor's contract: null when the walk went well
          public FileVisitResult postVisitDirectory(Path folder, IOException e) throws IOException {
            Files.delete(folder);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
