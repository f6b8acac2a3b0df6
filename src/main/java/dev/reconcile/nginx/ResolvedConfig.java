package dev.reconcile.nginx;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * nginx's whole configuration, the includes in their places, as nginx would read it now.
 *
 * @param file the main file
 * @param directives what it holds; an include holds what it brings
 * @param files the files that were read, in nginx's order
 * @param trouble why nginx would refuse it, as far as its language and its files tell; what was
 *     read until then is there
 */
public record ResolvedConfig(
    String file, List<Directive> directives, Set<String> files, Optional<Trouble> trouble) {
  private static final int DEEPEST = 20;

  /**
   * Where and why the reading ended.
   *
   * @param file the file
   * @param line from 1
   * @param what the matter, in a few words
   */
  public record Trouble(String file, int line, String what) {}

  /**
   * The files that nginx can read.
   *
   * @param <E> why they cannot be looked at
   */
  public interface Source<E extends Exception> {
    /** The text of a regular file, links followed; empty if there is none. */
    Optional<String> text(String path) throws E;

    /** The names in a folder, sorted by their characters; empty if it is not there. */
    List<String> names(String folder) throws E;
  }

  public ResolvedConfig {
    directives = List.copyOf(directives);
    files = Collections.unmodifiableSet(new LinkedHashSet<>(files));
  }

  /**
   * Reads all of it.
   *
   * @param file the main file, absolute
   */
  public static <E extends Exception> ResolvedConfig read(String file, Source<E> source) throws E {
    return new Reader<>(file, source, true).configuration();
  }

  /** Reads only what stands outside of all blocks: of an include within a block nothing is read. */
  public static <E extends Exception> ResolvedConfig readMain(String file, Source<E> source)
      throws E {
    return new Reader<>(file, source, false).configuration();
  }

  /** What stands outside of all blocks, and the blocks. */
  public Stream<Directive> main() {
    return directives.stream().flatMap(d -> d.is("include") ? d.contents() : Stream.of(d));
  }

  /** What the {@code http} block holds. */
  public Stream<Directive> http() {
    return main().filter(directive -> directive.is("http")).flatMap(Directive::contents);
  }

  /** The includes anywhere in it, each with the blocks around it from the outside in. */
  public List<Included> includes() {
    List<Included> all = new ArrayList<>();
    collect(directives, List.of(), all);
    return all;
  }

  /**
   * An include.
   *
   * @param include the directive
   * @param around the names of the blocks that it stands in, the outermost first
   */
  public record Included(Directive include, List<String> around) {
    public Included {
      around = List.copyOf(around);
    }
  }

  /** Whether a file at this path is one of those that the {@code http} block includes. */
  public boolean brings(String path) {
    return includes().stream()
        .filter(one -> one.around().equals(List.of("http")))
        .anyMatch(one -> Glob.matchesPath(absolute(one.include().parameter()), path));
  }

  private static void collect(List<Directive> block, List<String> around, List<Included> all) {
    for (Directive directive : block) {
      boolean isInclude = directive.is("include");
      if (isInclude) {
        all.add(new Included(directive, around));
      }
      List<String> inner = new ArrayList<>(around);
      if (!isInclude) {
        inner.add(directive.name());
      }
      collect(directive.block(), inner, all);
    }
  }

  /** A path as nginx takes it: a relative one is one of the main file's folder. */
  public String absolute(String path) {
    return absolute(file, path);
  }

  private static String absolute(String main, String path) {
    return path.startsWith("/") ? path : main.substring(0, main.lastIndexOf('/') + 1) + path;
  }

  private static final class Reader<E extends Exception> {
    private final String main;
    private final Source<E> source;
    private final boolean whole;
    private final Set<String> files = new LinkedHashSet<>();
    private Optional<Trouble> trouble = Optional.empty();

    Reader(String main, Source<E> source, boolean whole) {
      this.main = main;
      this.source = source;
      this.whole = whole;
    }

    ResolvedConfig configuration() throws E {
      Optional<String> text = source.text(main);
      if (text.isEmpty()) {
        fail(main, 0, main + " is not there");
      }
      List<Directive> directives = text.isEmpty() ? List.of() : file(main, text.get(), 0);
      return new ResolvedConfig(main, directives, files, trouble);
    }

    private void fail(String file, int line, String what) {
      trouble = trouble.or(() -> Optional.of(new Trouble(file, line, what)));
    }

    private List<Directive> file(String path, String text, int depth) throws E {
      files.add(path);
      NginxConfig.Parsed parsed = NginxConfig.parse(path, text);
      parsed.mistake().ifPresent(mistake -> fail(path, mistake.line(), mistake.what()));
      return resolved(parsed.directives(), depth);
    }

    private List<Directive> resolved(List<Directive> block, int depth) throws E {
      List<Directive> resolved = new ArrayList<>();
      for (Directive directive : block) {
        if (directive.is("include") && !directive.isBlock()) {
          resolved.add(directive.holding(included(directive, depth + 1)));
        } else if (directive.isBlock() && whole) {
          resolved.add(directive.holding(resolved(directive.block(), depth)));
        } else {
          resolved.add(directive);
        }
      }
      return resolved;
    }

    // What matches a pattern and is no file is passed over here; nginx itself refuses it.
    private List<Directive> included(Directive include, int depth) throws E {
      if (depth > DEEPEST) {
        fail(include.file(), include.line(), "includes that include each other");
        return List.of();
      }
      List<Directive> brought = new ArrayList<>();
      String path = absolute(main, include.parameter());
      boolean isPattern = Glob.isPattern(path);
      for (String one : isPattern ? matching(path) : List.of(path)) {
        Optional<String> text = source.text(one);
        if (text.isPresent()) {
          brought.addAll(file(one, text.get(), depth));
        } else if (!isPattern) {
          fail(include.file(), include.line(), one + " is not there");
        }
      }
      return brought;
    }

    // part by part; glob(3) gives them sorted
    private List<String> matching(String pattern) throws E {
      List<String> found = List.of("");
      for (String part : pattern.substring(1).split("/", -1)) {
        List<String> next = new ArrayList<>();
        for (String folder : found) {
          if (!Glob.isPattern(part)) {
            next.add(folder + "/" + part);
            continue;
          }
          for (String name : source.names(folder.isEmpty() ? "/" : folder)) {
            if (Glob.matches(part, name)) {
              next.add(folder + "/" + name);
            }
          }
        }
        found = next;
      }
      return found.stream().sorted().toList();
    }
  }
}
