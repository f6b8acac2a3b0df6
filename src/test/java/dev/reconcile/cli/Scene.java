// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.cli;

import dev.reconcile.Main;
import dev.reconcile.host.HostException;
import dev.reconcile.host.LocalHost;
import dev.reconcile.host.ProcessRunner;
import dev.reconcile.run.HostFactory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A repo and a root directory on which the real command line is run, inside this process. */
public final class Scene {
  private final Path repo;
  private final Path root;
  private final Path config;
  private boolean isRepository;
  private boolean isCommitted;

  /** What a command line left. */
  public record Ran(ExitCode code, String out, String err) {
    public String text() {
      return out + err + "exit " + code.number() + "\n";
    }
  }

  public Scene(Path temp) throws IOException {
    repo = Files.createDirectory(temp.resolve("repo"));
    root = Files.createDirectory(temp.resolve("root"));
    config = Files.writeString(temp.resolve("config.yaml"), "");
  }

  private Scene(Scene other, Path root) {
    this.repo = other.repo;
    this.root = root;
    this.config = other.config;
    this.isRepository = other.isRepository;
    this.isCommitted = other.isCommitted;
  }

  /** The same repo with another root directory. */
  Scene withRoot(Path other) {
    return new Scene(this, other);
  }

  /** A file of the repo's work tree. */
  public Path repo(String path) throws IOException {
    isCommitted = false;
    Path file = repo.resolve(path);
    Files.createDirectories(file.getParent());
    return file;
  }

  /** A file under the root directory; folders above it are made. */
  public Path live(String path) throws IOException {
    Path file = root.resolve(path.substring(1));
    Files.createDirectories(file.getParent());
    return file;
  }

  public Path root() {
    return root;
  }

  public Path config() {
    return config;
  }

  /** Runs a command line; {@code plan} and {@code apply} get the repo and the root. */
  public Ran run(String... words) throws IOException {
    return run(HostFactory.LOCAL, words);
  }

  /** The same on a host of the caller's. */
  Ran run(HostFactory hosts, String... words) throws IOException {
    List<String> line = new ArrayList<>(Arrays.asList(words));
    String command = words[0];
    if (command.equals("validate")) {
      line.add(repo.toString());
    } else if (command.equals("plan") || command.equals("apply")) {
      commit();
      line.addAll(List.of("--root", root.toString(), "--config", config.toString()));
      addUnlessGiven(line, "--repo", repo.toString());
      if (Files.exists(repo.resolve("hosts/test-host.yaml"))) {
        addUnlessGiven(line, "--host", "test-host");
      }
    }
    return run(line, Map.of(), hosts);
  }

  private static void addUnlessGiven(List<String> line, String option, String value) {
    if (!line.contains(option)) {
      line.addAll(List.of(option, value));
    }
  }

  /** Runs a command line as it is. */
  public Ran run(List<String> line, Map<String, String> environment) {
    return run(line, environment, HostFactory.LOCAL);
  }

  /** The same on a host of the caller's. */
  Ran run(List<String> line, Map<String, String> environment, HostFactory hosts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Console console =
        new Console(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            environment,
            false);
    ExitCode code = Main.run(line, console, hosts);
    return new Ran(code, masked(out), masked(err));
  }

  private String masked(ByteArrayOutputStream bytes) {
    return masked(bytes.toString(StandardCharsets.UTF_8));
  }

  private String masked(String text) {
    return text.replace(repo.toString(), "REPO").replace(root.toString(), "ROOT");
  }

  /** Commits the work tree as it is, if a file of it was asked for since the last time. */
  public void commit() throws IOException {
    if (isCommitted) {
      return;
    }
    isCommitted = true;
    if (!isRepository) {
      git("init", "-q", "-b", "main", ".");
      isRepository = true;
    }
    git("add", "-A", ".");
    git("commit", "-q", "--allow-empty", "-m", "Change");
  }

  /** Runs git in the repo with nobody's configuration and a fixed clock. */
  void git(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("git"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(repo.toFile()).redirectErrorStream(true);
    builder
        .environment()
        .putAll(
            Map.of(
                "GIT_CONFIG_GLOBAL", "/dev/null",
                "GIT_CONFIG_SYSTEM", "/dev/null",
                "GIT_AUTHOR_NAME", "Ann",
                "GIT_AUTHOR_EMAIL", "ann@example.com",
                "GIT_AUTHOR_DATE", "2026-01-01T00:00:00Z",
                "GIT_COMMITTER_NAME", "Ann",
                "GIT_COMMITTER_EMAIL", "ann@example.com",
                "GIT_COMMITTER_DATE", "2026-01-01T00:00:00Z"));
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw new AssertionError(command + ": " + output);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** What is at a path of the root directory: a line that says so, and a file's content. */
  public String look(String path) throws IOException {
    try {
      LocalHost host = new LocalHost(root, new ProcessRunner(), "look", List.of());
      return masked(look(host.onDisk(path)));
    } catch (HostException e) {
      throw new IOException(e);
    }
  }

  private static String look(Path place) throws IOException {
    if (!Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
      return "absent\n";
    }
    if (Files.isSymbolicLink(place)) {
      return "link -> " + Files.readSymbolicLink(place) + "\n";
    }
    String mode = mode(place);
    if (Files.isDirectory(place)) {
      return "directory " + mode + "\n";
    }
    String content = new String(Files.readAllBytes(place), StandardCharsets.UTF_8);
    String end =
        content.isEmpty() || content.endsWith("\n") ? "" : "\n(no line break at the end)\n";
    return "file " + mode + "\n" + content + end;
  }

  private static String mode(Path place) throws IOException {
    int bits = (Integer) Files.getAttribute(place, "unix:mode") & 07777;
    return String.format("%04o", bits);
  }

  /** Everything below the root directory that is not a trace of the run itself. */
  public SortedMap<String, String> snapshot() throws IOException {
    SortedMap<String, String> found = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(root)) {
      for (Path path : paths.toList()) {
        String name = "/" + root.relativize(path);
        if (!isTrace(name)) {
          found.put(name, look(path));
        }
      }
    }
    return found;
  }

  /** Each folder with its mode; not those inside the caches. */
  SortedMap<String, String> folders() throws IOException {
    SortedMap<String, String> found = new TreeMap<>();
    for (String name : names()) {
      Path place = root.resolve(name.substring(1));
      if (Files.isDirectory(place, LinkOption.NOFOLLOW_LINKS) && !name.contains(".git/")) {
        found.put(name, "directory " + mode(place) + "\n");
      }
    }
    return found;
  }

  /** Everything below the root directory. */
  List<String> names() throws IOException {
    try (Stream<Path> paths = Files.walk(root)) {
      return paths.map(path -> "/" + root.relativize(path)).sorted().toList();
    }
  }

  // the lock, the caches and the last run's report, and the folders that hold them
  private static boolean isTrace(String name) {
    return List.of("/", "/run", "/run/reconcile.lock", "/var", "/var/lib", "/var/lib/reconcile")
            .contains(name)
        || name.startsWith("/var/lib/reconcile/repo.git")
        || name.startsWith("/var/lib/reconcile/last-run.json")
        || name.equals("/var/lib/reconcile/unchanged");
  }

  public static void setMode(Path file, String octal) throws IOException {
    Files.setAttribute(file, "unix:mode", Integer.parseInt(octal, 8));
  }
}
