package dev.reconcile.desired;

import dev.reconcile.app.Templates;
import dev.reconcile.kind.Declarations;
import dev.reconcile.model.Address;
import dev.reconcile.model.Content;
import dev.reconcile.model.Declared;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Handler;
import dev.reconcile.model.Origin;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Collects what a desired-state tree declares, and every mistake found on the way. */
public final class Book implements Declarations, Templates.TemplateFiles {
  private static final int MOST_FILE_BYTES = 4 << 20;

  private final FileTree tree;
  private final List<Diagnostic> mistakes = new ArrayList<>();
  private final SortedMap<Address, Declared> resources = new TreeMap<>();
  private final SortedMap<String, Handler> handlers = new TreeMap<>();
  private final SortedMap<String, Diagnostic> faults = new TreeMap<>();

  private final Set<Diagnostic> advice = new HashSet<>();
  private final Set<Address> disputed = new HashSet<>();
  private boolean postpones;

  /** A book for the files of {@code tree}. */
  public Book(FileTree tree) {
    this.tree = tree;
  }

  @Override
  public void add(Declared declared) {
    Declared first = resources.putIfAbsent(declared.address(), declared);
    if (first != null && !disputed.contains(declared.address())) {
      error(
          declared.origin(),
          "Declared twice",
          declared.address()
              + " is already declared in "
              + place(first.origin())
              + ". One of the two must go.");
    }
  }

  /** Two declarations of a resource are reported by other means. */
  void dispute(Address address) {
    disputed.add(address);
  }

  /** A place in words. */
  static String place(Origin origin) {
    return origin.file() + (origin.line() > 0 ? " line " + origin.line() : "");
  }

  @Override
  public boolean has(Address address) {
    return resources.containsKey(address);
  }

  @Override
  public void add(Handler handler) {
    handlers.putIfAbsent(handler.id(), handler);
  }

  @Override
  public void error(Origin origin, String summary, String detail) {
    mistakes.add(Diagnostic.error(origin, summary, detail));
  }

  @Override
  public void warning(Origin origin, String summary, String detail) {
    Diagnostic warning = Diagnostic.warning(origin, summary, detail);
    mistakes.add(warning);
    advice.add(warning);
  }

  /** What YAML itself gave reason to warn of counts as advice. */
  void adviseSince(int mistake) {
    mistakes.stream().skip(mistake).filter(one -> !one.isError()).forEach(advice::add);
  }

  /**
   * Warnings that follow from the commit and what was asked of the host alone: they are the same
   * until either changes, so a run that had no others need not be repeated for them.
   */
  public Set<Diagnostic> advice() {
    return Set.copyOf(advice);
  }

  @Override
  public void fault(String app, Origin origin, String summary, String detail) {
    fault(app, Diagnostic.error(origin, summary, detail));
  }

  /** Puts a diagnostic down to an app, unless there is one of it already. */
  public void fault(String app, Diagnostic diagnostic) {
    faults.putIfAbsent(app, diagnostic);
  }

  @Override
  public void postpone(Origin origin, String summary, String detail) {
    mistakes.add(Diagnostic.warning(origin, summary, detail));
    postpones = true;
  }

  /** App to what is wrong with its own source; no mistake of the desired state. */
  public SortedMap<String, Diagnostic> faults() {
    return faults;
  }

  /** Whether something cannot be done in this run, and will be tried again without being told. */
  public boolean postpones() {
    return postpones;
  }

  /** Adds a mistake or a notice. */
  public void add(Diagnostic diagnostic) {
    mistakes.add(diagnostic);
  }

  @Override
  public Optional<Content> file(String path, Origin origin) {
    try {
      Optional<byte[]> bytes = tree.read(path, MOST_FILE_BYTES);
      if (bytes.isEmpty()) {
        error(origin, "No such file in the repo", path + " is not in the desired-state tree.");
      }
      return bytes.map(content -> new Content(content, false));
    } catch (FileTree.Unreadable e) {
      error(origin, "A file cannot be used", String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  @Override
  public Optional<String> template(String name) {
    try {
      return tree.read("templates/" + name, YamlReader.MOST_BYTES)
          .map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    } catch (FileTree.Unreadable e) {
      error(
          Origin.of("templates/" + name), "A file cannot be used", String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  /** The tree. */
  FileTree tree() {
    return tree;
  }

  /** The list that mistakes are added to. */
  List<Diagnostic> mistakes() {
    return mistakes;
  }

  /** How many errors are among the mistakes. */
  long errors() {
    return mistakes.stream().filter(Diagnostic::isError).count();
  }

  /** Everything found so far, sorted by place. */
  public List<Diagnostic> diagnostics() {
    return mistakes.stream()
        .distinct()
        .sorted(
            (a, b) -> a.origin().orElse(Origin.of("")).compareTo(b.origin().orElse(Origin.of(""))))
        .toList();
  }

  /** Whether there is an error among them. */
  public boolean hasErrors() {
    return mistakes.stream().anyMatch(Diagnostic::isError);
  }

  @Override
  public SortedMap<Address, Declared> resources() {
    return resources;
  }

  /** The handlers by id. */
  public SortedMap<String, Handler> handlers() {
    return handlers;
  }
}
