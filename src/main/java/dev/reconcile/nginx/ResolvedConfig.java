// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.nginx;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * An nginx configuration with its includes resolved, as nginx would read it now.
 *
 * @param file the main file
 * @param directives of the main file; the block of an include has the directives that it includes
 * @param files the paths of the files that were read, in nginx's order
 * @param problem why nginx would refuse the configuration, as far as its syntax and its files show;
 *     the directives before that place are present
 */
public record ResolvedConfig(
    String file, List<Directive> directives, Set<String> files, Optional<Problem> problem) {
  private static final int DEEPEST = 20;

  /**
   * The first place at which nginx would refuse the configuration, and the reason.
   *
   * @param file the path of the file
   * @param line from 1; 0 for the whole file
   * @param what a short description of the problem
   */
  public record Problem(String file, int line, String what) {}

  /**
   * A source of the files that nginx can read.
   *
   * @param <E> the exception for files that cannot be examined
   */
  public interface Source<E extends Exception> {
    /** Returns the text of a regular file, following links; empty if there is no such file. */
    Optional<String> text(String path) throws E;

    /**
     * Returns the names in a directory, sorted by code unit; empty if the directory does not exist.
     */
    List<String> names(String folder) throws E;
  }

  public ResolvedConfig {
    directives = List.copyOf(directives);
    files = Collections.unmodifiableSet(new LinkedHashSet<>(files));
  }

  /**
   * Reads the whole configuration.
   *
   * @param file the absolute path of the main file
   */
  public static <E extends Exception> ResolvedConfig read(String file, Source<E> source) throws E {
    return new Reader<>(file, source, true).configuration();
  }

  /** Reads only the directives outside of all blocks; includes inside a block are not read. */
  public static <E extends Exception> ResolvedConfig readMain(String file, Source<E> source)
      throws E {
    return new Reader<>(file, source, false).configuration();
  }

  /** Returns the top-level directives. */
  public Stream<Directive> main() {
    return directives.stream().flatMap(d -> d.is("include") ? d.contents() : Stream.of(d));
  }

  /** Returns the directives of the {@code http} block. */
  public Stream<Directive> http() {
    return main().filter(directive -> directive.is("http")).flatMap(Directive::contents);
  }

  /** Returns the includes at any depth, each with the blocks around it. */
  public List<Included> includes() {
    List<Included> all = new ArrayList<>();
    collect(directives, List.of(), all);
    return all;
  }

  /**
   * An include and its context.
   *
   * @param include the directive
   * @param around the names of the enclosing blocks, the outermost first
   */
  public record Included(Directive include, List<String> around) {
    public Included {
      around = List.copyOf(around);
    }
  }

  /** Reports whether the {@code http} block includes a file at this path. */
  public boolean brings(String path) {
    return includes().stream()
        .filter(included -> included.around().equals(List.of("http")))
        .anyMatch(included -> Glob.matchesPath(absolute(included.include().parameter()), path));
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

  /**
   * Resolves a path as nginx does: a relative path is relative to the directory of the main file.
   */
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
    private Optional<Problem> problem = Optional.empty();

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
      return new ResolvedConfig(main, directives, files, problem);
    }

    private void fail(String file, int line, String what) {
      problem = problem.or(() -> Optional.of(new Problem(file, line, what)));
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

    // A match of a pattern that is not a file is skipped here; nginx itself refuses it.
    private List<Directive> included(Directive include, int depth) throws E {
      if (depth > DEEPEST) {
        fail(include.file(), include.line(), "includes that include each other");
        return List.of();
      }
      List<Directive> brought = new ArrayList<>();
      String path = absolute(main, include.parameter());
      boolean isPattern = Glob.isPattern(path);
      for (String file : isPattern ? matching(path) : List.of(path)) {
        Optional<String> text = source.text(file);
        if (text.isPresent()) {
          brought.addAll(file(file, text.get(), depth));
        } else if (!isPattern) {
          fail(include.file(), include.line(), file + " is not there");
        }
      }
      return brought;
    }

    // Expands the pattern component by component, in sorted order like glob(3).
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
