// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.command;

import dev.reconcile.cli.CommandFailed;
import dev.reconcile.cli.Console;
import dev.reconcile.cli.ExitCode;
import dev.reconcile.cli.Invocation;
import dev.reconcile.cli.Option;
import dev.reconcile.model.ShippedFile;
import dev.reconcile.run.HostFactory;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The command {@code init}, which writes a first desired-state repo.
 *
 * <p>Invariant: it writes all of its files or, if one of them exists, none.
 */
final class InitCommand implements Subcommand {
  private static final List<String> FILES =
      List.of(
          "reconcile.yaml", "apps/hello.yaml", "src/hello/main.py", "src/hello/requirements.txt");

  @Override
  public String name() {
    return "init";
  }

  @Override
  public String summary() {
    return "write a first desired-state tree";
  }

  @Override
  public Optional<Operand> operand() {
    return Optional.of(Operand.DIRECTORY);
  }

  @Override
  public boolean keepsUmask() {
    return true;
  }

  @Override
  public String description() {
    return """
    Writes a first desired-state tree to DIR (default: the current directory): reconcile.yaml,
    one app with its code, and schemas for editors. The tree is valid, and its files are
    commented. Overwrites nothing: if one of the files exists, writes none.
    """;
  }

  @Override
  public List<Option> options() {
    return List.of();
  }

  @Override
  public List<String> examples() {
    return List.of("reconcile init server");
  }

  @Override
  public ExitCode run(Invocation invocation, Console console, HostFactory hosts)
      throws CommandFailed {
    Path folder = Path.of(invocation.word().orElse(".")).normalize();
    Map<Path, String> files = files(folder);
    List<String> there =
        files.keySet().stream()
            .filter(file -> Files.exists(file, LinkOption.NOFOLLOW_LINKS))
            .map(Path::toString)
            .toList();
    if (!there.isEmpty()) {
      throw new CommandFailed(
              ExitCode.FAILED,
              "File exists",
              "%s%s there, and init overwrites nothing. Pass another directory."
                  .formatted(String.join(", ", there), there.size() == 1 ? " is" : " are"))
          .suggesting("reconcile init DIR");
    }
    for (Map.Entry<Path, String> file : files.entrySet()) {
      SchemaCommand.write(file.getKey(), file.getValue());
      if (!console.isQuiet()) {
        console.print(file.getKey() + " written\n");
      }
    }
    if (!console.isQuiet()) {
      console.print(next(folder, console.programIn(folder)));
    }
    return ExitCode.OK;
  }

  private static String next(Path folder, String program) {
    String init = Files.exists(folder.resolve(".git")) ? "" : "git init && ";
    return """

    Next, in %s:
      %-50s# checks the tree, also in a pre-commit hook
      %sgit add -A && git commit -m "Begin with one app"
      %-50s# applies it to a directory tree
    Then push the repository. On the server, as root:
      reconcile plan --repo git@example.com:me/server.git
    """
        .formatted(
            folder.toString().isEmpty() ? "this folder" : folder,
            program + " validate",
            init,
            program + " --repo . --root /tmp/server");
  }

  private static Map<Path, String> files(Path folder) {
    Map<Path, String> files = new LinkedHashMap<>();
    for (String file : FILES) {
      files.put(folder.resolve(file), shipped(file));
    }
    files.put(folder.resolve(".gitignore"), shipped("gitignore"));
    for (SchemaCommand.Form form : SchemaCommand.Form.values()) {
      files.put(folder.resolve(".schema").resolve(form.file()), form.json());
    }
    return files;
  }

  private static String shipped(String name) {
    return new ShippedFile("/scaffold/" + name).text();
  }
}
