package dev.reconcile.cli;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.host.LocalHost;
import dev.reconcile.host.ProcessRunner;
import dev.reconcile.source.NewRepository;
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

/**
 * Does once what reconcile does every quarter of an hour, so that the JVM can note which classes
 * that takes and keep them ready in its cache ({@code java -XX:AOTCacheOutput=}, JEP 514).
 *
 * <p>It reads this machine and writes only to its scratch folder. What it leaves out is loaded in
 * the ordinary way: slower, and no less right.
 */
final class Training {
  private static final Console SILENT =
      new Console(
          new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8),
          new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8),
          Map.of(),
          false);

  private final Path scratch;

  private Training(Path scratch) {
    this.scratch = scratch;
  }

  /**
   * Trains.
   *
   * @param arguments an empty folder to work in, and the file of a desired state
   */
  public static void main(String[] arguments) throws IOException, SourceException {
    if (arguments.length != 2) {
      throw new IllegalArgumentException("usage: Training SCRATCH DESIRED-STATE");
    }
    new Training(Path.of(arguments[0])).train(Path.of(arguments[1]));
  }

  private void train(Path desired) throws IOException, SourceException {
    Path work = Files.createDirectories(scratch.resolve("repo"));
    copy(desired, work.resolve("desired-state"));
    NewRepository.commit(work);
    String url = work.toUri().toString().replaceFirst("^file:/+", "file:///");
    reconcile("apply", url);
    reconcile("apply", url);
    reconcile("apply", url);
    reconcile("plan", url);
    Files.writeString(work.resolve("desired-state/news"), "a commit to fetch\n");
    NewRepository.commit(work);
    reconcile("apply", url);
    // nobody listens there: how ssh is asked, and what a failure takes
    reconcile("plan", "ssh://nobody@127.0.0.1:9/none");
    run("validate", work.resolve("desired-state").toString());
    run("permute", "--size", "1000", "--key", "training");
    run("--help");
    run("--version");
    lookAround();
  }

  private static void copy(Path from, Path to) throws IOException {
    try (var files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file)));
      }
    }
  }

  private void reconcile(String command, String url) {
    List<String> words = new ArrayList<>(List.of(command, "--repo", url));
    words.addAll(List.of("--root", scratch.resolve("root").toString()));
    words.addAll(List.of("--host", "training", "--config", emptyFile()));
    run(words.toArray(String[]::new));
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

  // What only a whole machine is asked. Where there is no systemd or nginx, there is no answer,
  // and asking was all that was wanted.
  private static void lookAround() {
    List<String> units = List.of("gunicorn@*.service", "gunicorn@*.socket");
    try {
      Facts facts = new LocalHost(Path.of("/"), new ProcessRunner(), "training", units).facts();
      facts.hasUser("root");
      facts.listeners();
      facts.accepts("/run/reconcile-training.sock");
      facts.nginx();
      facts.units();
    } catch (HostException e) {
      return;
    }
  }
}
