// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.source;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A real repository that tests commit to, by the git command. */
record Origin(Path directory) {
  static Origin create(Path directory) {
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    Origin origin = new Origin(directory);
    origin.git("init", "-q", "-b", "main", ".");
    return origin;
  }

  /** Writes a file and commits it; returns the commit's id. */
  String commit(String path, String content) {
    write(path, content);
    return commitAll("Change " + path);
  }

  String commitAll(String message) {
    git("add", "-A", ".");
    git("commit", "-q", "--allow-empty", "-m", message);
    return head();
  }

  void write(String path, String content) {
    try {
      Path file = directory.resolve(path);
      Files.createDirectories(file.getParent());
      Files.writeString(file, content);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  String head() {
    return git("rev-parse", "HEAD");
  }

  RepoUrl fileUrl() {
    return url("file://" + directory);
  }

  RepoUrl.Directory plain() {
    return (RepoUrl.Directory) url(directory.toString());
  }

  static RepoUrl url(String text) {
    try {
      return RepoUrl.parse(text);
    } catch (SourceException e) {
      throw new AssertionError(e.detail(), e);
    }
  }

  /** Runs git here, with nobody's configuration; returns what it printed. */
  String git(String... arguments) {
    List<String> command = new ArrayList<>(List.of("git"));
    command.addAll(List.of(arguments));
    return run(directory, command, "");
  }

  /** Runs git with an input. */
  String gitWithInput(String input, String... arguments) {
    List<String> command = new ArrayList<>(List.of("git"));
    command.addAll(List.of(arguments));
    return run(directory, command, input);
  }

  private static String run(Path directory, List<String> command, String input) {
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
    builder
        .environment()
        .putAll(
            Map.of(
                "GIT_CONFIG_GLOBAL", "/dev/null",
                "GIT_CONFIG_SYSTEM", "/dev/null",
                "GIT_AUTHOR_NAME", "Ann",
                "GIT_AUTHOR_EMAIL", "ann@example.com",
                "GIT_COMMITTER_NAME", "Ann",
                "GIT_COMMITTER_EMAIL", "ann@example.com"));
    try {
      Process process = builder.start();
      process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new AssertionError(command + ": " + output);
      }
      return output.strip();
    } catch (IOException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
