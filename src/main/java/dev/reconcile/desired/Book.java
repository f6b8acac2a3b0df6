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

/** The declarations of a desired-state tree, and every mistake found in it. */
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

  /** Creates a book for the files of {@code tree}. */
  public Book(FileTree tree) {
    this.tree = tree;
  }

  @Override
  public void add(Declared declared) {
    Declared first = resources.putIfAbsent(declared.address(), declared);
    if (first != null && !disputed.contains(declared.address())) {
      error(
          declared.origin(),
          "Duplicate declaration",
          "%s is already declared in %s. One of the two must go."
              .formatted(declared.address(), place(first.origin())));
    }
  }

  /**
   * Suppresses the error for two declarations of a resource, because another check reports them.
   */
  void dispute(Address address) {
    disputed.add(address);
  }

  /** Returns a position in words. */
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

  /**
   * Counts the YAML reader's warnings since {@code mistake} as advice.
   *
   * @param mistake how many mistakes there were before
   */
  void adviseSince(int mistake) {
    mistakes.stream().skip(mistake).filter(found -> !found.isError()).forEach(advice::add);
  }

  /**
   * Returns the warnings that follow only from the commit and the facts of the host. They stay the
   * same until either changes, so a run without other warnings need not be repeated for them.
   */
  public Set<Diagnostic> advice() {
    return Set.copyOf(advice);
  }

  @Override
  public void fault(String app, Origin origin, String summary, String detail) {
    fault(app, Diagnostic.error(origin, summary, detail));
  }

  /** Assigns a diagnostic to an app, unless the app has a fault already. */
  public void fault(String app, Diagnostic diagnostic) {
    faults.putIfAbsent(app, diagnostic);
  }

  @Override
  public void postpone(Origin origin, String summary, String detail) {
    mistakes.add(Diagnostic.warning(origin, summary, detail));
    postpones = true;
  }

  /**
   * Returns app to fault: what is wrong with the app's own source, which is no mistake of the
   * desired state.
   */
  public SortedMap<String, Diagnostic> faults() {
    return faults;
  }

  /** Returns whether the run defers something that a later run will try again without a request. */
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
      error(origin, "Unusable file", "" + e.getMessage());
      return Optional.empty();
    }
  }

  @Override
  public Optional<String> template(String name) {
    try {
      return tree.read("templates/" + name, YamlReader.MOST_BYTES)
          .map(bytes -> new String(bytes, StandardCharsets.UTF_8));
    } catch (FileTree.Unreadable e) {
      error(Origin.of("templates/" + name), "Unusable file", "" + e.getMessage());
      return Optional.empty();
    }
  }

  /** Returns the tree. */
  FileTree tree() {
    return tree;
  }

  /** Returns the list that mistakes are added to. */
  List<Diagnostic> mistakes() {
    return mistakes;
  }

  /** Returns how many of the mistakes are errors. */
  long errors() {
    return mistakes.stream().filter(Diagnostic::isError).count();
  }

  /** Returns all mistakes found so far, sorted by position. */
  public List<Diagnostic> diagnostics() {
    return mistakes.stream()
        .distinct()
        .sorted(
            (a, b) -> a.origin().orElse(Origin.of("")).compareTo(b.origin().orElse(Origin.of(""))))
        .toList();
  }

  /** Returns whether one of the mistakes is an error. */
  public boolean hasErrors() {
    return mistakes.stream().anyMatch(Diagnostic::isError);
  }

  @Override
  public SortedMap<Address, Declared> resources() {
    return resources;
  }

  /** Returns the handlers by id. */
  public SortedMap<String, Handler> handlers() {
    return handlers;
  }
}
