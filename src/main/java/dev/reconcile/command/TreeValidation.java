package dev.reconcile.command;

import dev.reconcile.app.App;
import dev.reconcile.app.Expansion;
import dev.reconcile.app.Sources;
import dev.reconcile.app.Templates;
import dev.reconcile.cli.Console;
import dev.reconcile.cli.ExitCode;
import dev.reconcile.desired.Book;
import dev.reconcile.desired.Loader;
import dev.reconcile.host.HostException;
import dev.reconcile.host.LocalHost;
import dev.reconcile.host.ProcessRunner;
import dev.reconcile.model.Content;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Origin;
import dev.reconcile.model.Step.TreeRef;
import dev.reconcile.run.DirectoryFileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Checks a desired-state tree without a host, for all hosts it knows. */
final class TreeValidation {
  private final Path base;
  private final Console console;

  /**
   * @param base the folder that has the tree
   */
  TreeValidation(Path base, Console console) {
    this.base = base;
    this.console = console;
  }

  ExitCode run() throws HostException {
    DirectoryFileTree tree = new DirectoryFileTree(base);
    Set<Diagnostic> found = new LinkedHashSet<>(check(tree, base, ""));
    int apps = tree.list("apps").size();
    for (String file : tree.list("hosts")) {
      found.addAll(check(tree, base, file.replaceFirst("\\.yaml$", "")));
    }
    found.stream().sorted(Comparator.comparing(TreeValidation::place)).forEach(console::say);
    if (found.stream().anyMatch(Diagnostic::isError)) {
      return ExitCode.INVALID;
    }
    if (!console.isQuiet()) {
      console.print("Valid: " + apps + (apps == 1 ? " app.\n" : " apps.\n"));
    }
    return ExitCode.OK;
  }

  private static Origin place(Diagnostic diagnostic) {
    return diagnostic.origin().orElse(Origin.of(""));
  }

  // An empty directory stands for the host: what depends on a host is left for the host.
  private static List<Diagnostic> check(DirectoryFileTree tree, Path base, String hostname)
      throws HostException {
    Book book = new Book(tree);
    Loader.Loaded loaded = Loader.load(book, hostname);
    if (book.hasErrors()) {
      return book.diagnostics();
    }
    try {
      Path nowhere = Files.createTempDirectory("reconcile-validate");
      try {
        LocalHost host = new LocalHost(nowhere, new ProcessRunner(), "validate", List.of());
        Expansion.expand(
            loaded.settings(),
            loaded.apps(),
            book,
            new Templates(book),
            host.facts(),
            app -> resolve(app, base, book),
            Set.of());
      } finally {
        Files.delete(nowhere);
      }
    } catch (IOException e) {
      throw new HostException("Cannot make a temporary directory: " + e.getMessage(), e);
    }
    return book.diagnostics();
  }

  private static Optional<Sources.Resolved> resolve(App app, Path base, Book book) {
    if (app.source() instanceof App.Source.Folder folder
        && !Files.isDirectory(base.resolve(folder.folder()))
        && !Files.isDirectory(base.resolve("..").resolve(folder.folder()))) {
      book.error(
          folder.origin(), "No such folder in the repo", folder.folder() + " is not a folder.");
      return Optional.empty();
    }
    return Optional.of(new Unseen());
  }

  /** Code that is not looked at: every file may be there. */
  private static final class Unseen implements Sources.Resolved {
    @Override
    public String revision() {
      return "unseen";
    }

    @Override
    public TreeRef tree() {
      return new TreeRef("", "", "");
    }

    @Override
    public Optional<Sources.SourceFile> file(String path) {
      return Optional.of(new Sources.SourceFile(path, Content.of("")));
    }
  }
}
