// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * A real repository of an app, in which tests commit what git's own commands would not make, too.
 */
public record AppRepository(Path directory) {
  public static AppRepository create(Path directory) throws IOException {
    Files.createDirectories(directory);
    AppRepository repository = new AppRepository(directory);
    repository.git("init", "-q", "-b", "main", ".");
    return repository;
  }

  public String url() {
    return "file://" + directory;
  }

  /** A file of the work tree. */
  public Path file(String path) throws IOException {
    Path file = directory.resolve(path);
    Files.createDirectories(file.getParent());
    return file;
  }

  public void write(String path, String text) throws IOException {
    Files.writeString(file(path), text);
  }

  /** Commits the work tree; returns the commit's id. */
  public String commit() throws IOException {
    git("add", "-A", ".");
    git("commit", "-q", "--allow-empty", "-m", "Change");
    return git("rev-parse", "HEAD");
  }

  String blob(byte[] content) throws IOException {
    return run(content, "hash-object", "-w", "--stdin");
  }

  String blob(String content) throws IOException {
    return blob(content.getBytes(StandardCharsets.UTF_8));
  }

  /** One entry of a folder, as git stores it. */
  static byte[] entry(String mode, byte[] name, String id) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes((mode + " ").getBytes(StandardCharsets.UTF_8));
    bytes.writeBytes(name);
    bytes.write(0);
    bytes.writeBytes(HexFormat.of().parseHex(id));
    return bytes.toByteArray();
  }

  static byte[] entry(String mode, String name, String id) {
    return entry(mode, name.getBytes(StandardCharsets.UTF_8), id);
  }

  /** A folder, whether or not git would take it; returns its id. */
  String tree(byte[]... entries) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (byte[] entry : entries) {
      bytes.writeBytes(entry);
    }
    return run(bytes.toByteArray(), "hash-object", "-t", "tree", "-w", "--literally", "--stdin");
  }

  /** Commits a folder made by {@link #tree} on the main branch. */
  void commitTree(String tree) throws IOException {
    git("update-ref", "refs/heads/main", git("commit-tree", "-m", "x", "-p", "main", tree));
  }

  public String git(String... arguments) throws IOException {
    return run(new byte[0], arguments);
  }

  private String run(byte[] input, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("git"));
    command.addAll(List.of(arguments));
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
    Process process = builder.start();
    process.getOutputStream().write(input);
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw new AssertionError(command + ": " + output);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
    return output.strip();
  }
}
