package dev.reconcile.cli;

import dev.reconcile.app.App;
import dev.reconcile.app.Sources;
import dev.reconcile.desired.Book;
import dev.reconcile.desired.Loader;
import dev.reconcile.host.HostException;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Origin;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Checks a desired-state tree without a host, for all hosts it knows. */
final class ValidateCommand {
  private final Path base;
  private final Console console;

  /**
   * @param base the folder that has the tree
   */
  ValidateCommand(Path base, Console console) {
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
    found.stream().sorted(Comparator.comparing(ValidateCommand::place)).forEach(console::say);
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

  private static List<Diagnostic> check(DirectoryFileTree tree, Path base, String hostname)
      throws HostException {
    Book book = new Book(tree);
    Loader.Loaded loaded = Loader.load(book, hostname);
    HostlessCheck.run(book, loaded, app -> resolve(app, base, book));
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
    return Optional.of(new HostlessCheck.Unseen());
  }
}
