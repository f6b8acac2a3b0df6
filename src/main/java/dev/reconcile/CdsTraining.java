// SPDX-License-Identifier: Apache-2.0
package dev.reconcile;

import dev.reconcile.cli.Console;
import dev.reconcile.cli.Terminal;
import dev.reconcile.host.Command;
import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.host.LocalHost;
import dev.reconcile.host.ProcessRunner;
import dev.reconcile.model.Layout;
import dev.reconcile.source.NewRepository;
import dev.reconcile.source.RepoUrl;
import dev.reconcile.source.Repository;
import dev.reconcile.source.SourceException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The training for the JVM's cache of classes ({@code java -XX:AOTCacheOutput=}, JEP 514). It
 * performs typical commands once, so that the JVM records the classes that they load.
 *
 * <p>The training reads this machine and writes only to its scratch folder. A class that it misses
 * is loaded in the ordinary way, which is only slower.
 */
final class CdsTraining {
  private static final Console SILENT =
      new Console(
          new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8),
          new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8),
          Map.of(),
          false);

  // No server listens on this port.
  private static final String NOBODY = "ssh://nobody@127.0.0.1:9/none";

  // A file that changed a moment ago is always compared in full.
  private static final long SETTLE_MILLIS = 1500;

  private final Path scratch;

  private CdsTraining(Path scratch) {
    this.scratch = scratch;
  }

  /**
   * Performs one stage of the training. {@code prepare} creates its input in a JVM of its own,
   * because the caches do not need the classes of this stage. {@code known} trains the cache of the
   * no-op check, and {@code run} the cache of all commands.
   *
   * @param arguments the stage, the scratch folder, and the folder of a desired state
   */
  public static void main(String[] arguments)
      throws IOException, SourceException, InterruptedException {
    if (arguments.length != 3) {
      throw new IllegalArgumentException("usage: Training prepare|known|run SCRATCH DESIRED-STATE");
    }
    CdsTraining training = new CdsTraining(Path.of(arguments[1]));
    switch (arguments[0]) {
      case "prepare" -> training.prepare(Path.of(arguments[2]));
      case "known" -> training.know();
      default -> training.train(Path.of(arguments[2]));
    }
  }

  private Path repository() {
    return scratch.resolve("repo");
  }

  private Path later() {
    return scratch.resolve("later");
  }

  private void prepare(Path desired) throws IOException, SourceException, InterruptedException {
    copy(desired, repository().resolve("desired-state"));
    addAppWithWarning(repository().resolve("desired-state"));
    NewRepository.commit(repository());
    copy(repository(), later());
    Files.writeString(later().resolve("desired-state/news"), "a commit to fetch\n");
    NewRepository.commit(later());
    prepareFleet();
    Main.settle(List.of("apply"));
    String url = url();
    reconcile("apply", url);
    inFleet("fleet", "start");
    inFleet("apply");
    Thread.sleep(SETTLE_MILLIS);
    reconcile("apply", url);
    inFleet("apply");
  }

  private void prepareFleet() throws IOException, SourceException {
    Path first = scratch.resolve("fleet");
    copy(repository(), first);
    Path settings = first.resolve("desired-state/reconcile.yaml");
    Files.writeString(settings, Files.readString(settings) + FleetTraining.SECTION);
    NewRepository.commit(first);
    Path next = scratch.resolve("fleet-later");
    copy(first, next);
    Files.writeString(next.resolve("desired-state/news"), "a commit to wait for\n");
    NewRepository.commit(next);
    Path machine = scratch.resolve("fleet-root/etc/machine-id");
    Files.createDirectories(machine.toAbsolutePath().getParent());
    Files.writeString(machine, "0123456789abcdef0123456789abcdef\n");
  }

  // A run that prints a warning loads more classes: this app has no allocation yet.
  private static void addAppWithWarning(Path desired) throws IOException {
    Files.createDirectories(desired.resolve("training"));
    Files.writeString(desired.resolve("training/main.py"), "app = None\n");
    Files.writeString(
        desired.resolve("apps/training.yaml"),
        "source: {folder: training}\nsite: false\ngunicorn: {bind: port}\n");
  }

  private String url() {
    return "file://" + repository().toAbsolutePath().normalize();
  }

  private void know() {
    reconcile("apply", url());
    try (Repository repository =
        Repository.open(scratch.resolve("none"), Repository.Mode.TEMPORARY)) {
      repository.tip(RepoUrl.parse(NOBODY), Optional.empty());
    } catch (SourceException e) {
      // No server listens there. The purpose is to load the classes of the ssh connection.
    }
    lookAround(facts -> {
      facts.hasUser("root");
      facts.difference(List.of("p0 " + Layout.SERVICE_PATTERNS.getFirst()));
    });
    lookAround(facts -> facts.difference(List.of("u0 /run/none", "t0 1", "c0 /none", "s1 /")));
    try {
      new ProcessRunner().run(Command.of("true")); // works without systemd
    } catch (HostException e) {
      throw new IllegalStateException("no program can be started", e);
    }
    Main.versionLine();
    Terminal.isOutput();
  }

  private void train(Path desired) throws IOException, InterruptedException {
    String url = url();
    reconcile("apply", url);
    Thread.sleep(SETTLE_MILLIS);
    reconcile("apply", url);
    reconcile("apply", url);
    reconcile("plan", url);
    Files.move(repository(), scratch.resolve("earlier"));
    Files.move(later(), repository());
    reconcile("apply", url);
    reconcile("plan", NOBODY);
    Files.move(scratch.resolve("fleet"), scratch.resolve("fleet-earlier"));
    Files.move(scratch.resolve("fleet-later"), scratch.resolve("fleet"));
    inFleet("apply");
    run("validate", desired.toString());
    run("permute", "--size", "1000", "--key", "training");
    run("--help");
    run("--version");
    lookAround(facts -> {
      facts.hasUser("root");
      facts.listenerOn(1);
      facts.accepts("/run/reconcile-training.sock");
      facts.nginx();
      facts.units();
    });
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to.toAbsolutePath().getParent());
    try (var files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file)));
      }
    }
  }

  private void reconcile(String command, String url) {
    List<String> words = new ArrayList<>(List.of(command, "--repo", url));
    words.addAll(List.of("--root", scratch.resolve("root").toString()));
    words.addAll(List.of("--config", emptyFile(), "--metrics", "/reconcile.prom"));
    run(words.toArray(String[]::new));
  }

  private void inFleet(String... command) {
    List<String> words = new ArrayList<>(List.of(command));
    words.addAll(List.of("--repo", "file://" + scratch.resolve("fleet").toAbsolutePath()));
    words.addAll(List.of("--root", scratch.resolve("fleet-root").toString()));
    words.addAll(List.of("--config", emptyFile()));
    Main.run(words, SILENT, new FleetTraining(scratch.resolve("answers")));
  }

  private String emptyFile() {
    Path file = scratch.resolve("config.yaml");
    try {
      Files.writeString(file, "no-color: true\n");
    } catch (IOException e) {
      throw new IllegalStateException("the scratch folder cannot be written", e);
    }
    return file.toString();
  }

  private static void run(String... words) {
    Main.run(List.of(words), SILENT);
  }

  /** The questions of the training to a host. */
  private interface Questions {
    void to(Facts facts) throws HostException;
  }

  // Without systemd or nginx there is no answer; the classes of the questions are loaded anyway.
  private static void lookAround(Questions questions) {
    List<String> units = Layout.UNIT_PATTERNS;
    try {
      questions.to(new LocalHost(Path.of("/"), new ProcessRunner(), "training", units).facts());
    } catch (HostException e) {
      return;
    }
  }
}
