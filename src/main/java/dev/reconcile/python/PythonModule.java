// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.python;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The names that a Python module sets at its top level, with their values where its text alone
 * tells them. The module is not run.
 *
 * <p>Invariant: a value is known only if no later statement of the module may change it.
 */
public final class PythonModule {
  private static final Set<String> BLOCKS =
      Set.of(
          "if", "elif", "else", "for", "while", "try", "except", "finally", "with", "async", "def",
          "class");

  /** Functions that can set any name of the module. */
  private static final Set<String> DYNAMIC =
      Set.of("exec", "eval", "globals", "locals", "vars", "setattr");

  private static final Set<String> COMPARISONS = Set.of("==", "!=", "<=", ">=");

  private final Map<String, Assignment> assignments = new LinkedHashMap<>();
  private final Set<String> global = new HashSet<>();
  private final Map<String, Integer> uses = new HashMap<>();
  private boolean dynamic;
  private boolean inFunction;

  private PythonModule() {}

  /** Returns the assignments of a module by name; none if the text is no Python. */
  public static Map<String, Assignment> assignments(String text) {
    try {
      PythonModule module = new PythonModule();
      Tokenizer.lines(text).forEach(module::read);
      return module.result();
    } catch (MalformedModule e) {
      return Map.of(); // Python refuses it with its own message
    }
  }

  private Map<String, Assignment> result() {
    Map<String, Assignment> result = new LinkedHashMap<>(assignments);
    result.replaceAll((name, found) ->
        dynamic || global.contains(name) || mayBeShared(found) ? found.computed() : found);
    return Collections.unmodifiableMap(result);
  }

  // A list has other names, and functions that change it, only where its name is used again.
  private boolean mayBeShared(Assignment found) {
    return found.value() instanceof Literal.Many && uses.getOrDefault(found.name(), 0) > 1;
  }

  private void read(ModuleLine line) {
    List<Token> tokens = line.tokens();
    for (int i = 0; i < tokens.size(); i++) {
      if (tokens.get(i).isName()) {
        uses.merge(tokens.get(i).text(), 1, Integer::sum);
      }
      if (i > 0 && tokens.get(i).isSign(":=")) {
        global.add(tokens.get(i - 1).text());
      }
    }
    dynamic |= tokens.stream().anyMatch(token -> token.isName() && DYNAMIC.contains(token.text()));
    boolean block = line.first().isName() && BLOCKS.contains(line.first().text());
    if (!line.isIndented()) {
      inFunction = block && tokens.stream().limit(2).anyMatch(PythonModule::isFunction);
      defined(tokens);
    }
    if (line.isIndented() || block) {
      inBlock(tokens);
    } else {
      ModuleLine.split(tokens, ";").stream().filter(part -> !part.isEmpty()).forEach(this::simple);
    }
  }

  private static boolean isFunction(Token token) {
    return token.isName("def") || token.isName("class");
  }

  // A function sets names of its own, unless it declares them global. Any other block may run.
  private void inBlock(List<Token> tokens) {
    if (!inFunction) {
      tokens.forEach(token -> doubt(token.text()));
      return;
    }
    boolean named = false;
    for (Token token : tokens) {
      named = named || token.isName("global");
      if (named) {
        global.add(token.text());
      }
    }
  }

  private void defined(List<Token> tokens) {
    int name = inFunction ? (tokens.getFirst().isName("async") ? 2 : 1) : tokens.size();
    if (name < tokens.size()) {
      set(tokens.get(name), new Literal.Computed());
    }
  }

  private void doubt(String name) {
    assignments.computeIfPresent(name, (_, found) -> found.computed());
  }

  private void set(Token name, Literal value) {
    assignments.put(name.text(), new Assignment(name.text(), value, name.line(), name.column()));
  }

  private void simple(List<Token> tokens) {
    switch (tokens.getFirst().text()) {
      case "import", "from" -> imported(tokens);
      case "del" -> tokens.forEach(token -> assignments.remove(token.text()));
      default -> {
        List<List<Token>> parts = ModuleLine.split(tokens, "=");
        if (parts.size() > 1) {
          assigned(parts);
        } else {
          expression(tokens);
        }
      }
    }
  }

  private void imported(List<Token> tokens) {
    int names = 0;
    for (int i = 0; i < tokens.size(); i++) {
      names = tokens.get(i).isName("import") ? i + 1 : names;
    }
    List<Token> list = tokens.subList(names, tokens.size());
    for (int i = 0; i < list.size(); i++) {
      Token token = list.get(i);
      boolean renamed = i + 1 < list.size() && list.get(i + 1).isName("as");
      if (token.isSign("*")) {
        assignments.replaceAll((_, found) -> found.computed());
      } else if (token.isName() && !renamed) {
        set(token, new Literal.Computed());
      }
    }
  }

  private void assigned(List<List<Token>> parts) {
    Literal value = LiteralReader.of(parts.getLast());
    for (List<Token> target : parts.subList(0, parts.size() - 1)) {
      List<Token> name = ModuleLine.split(target, ":").getFirst(); // without its annotation
      if (name.size() == 1 && name.getFirst().isName()) {
        set(name.getFirst(), value);
      } else {
        name.stream().filter(Token::isName).forEach(token -> target(token, name));
      }
    }
  }

  // "a, b = …" sets both; "a.b = …" and "a[0] = …" change what a has
  private void target(Token token, List<Token> target) {
    boolean changes = target.stream().anyMatch(sign -> sign.isSign(".") || sign.isSign("["));
    if (changes && !target.getFirst().isSign("[")) {
      doubt(token.text());
    } else {
      set(token, new Literal.Computed());
    }
  }

  // An operator such as += changes a name. A call may change a list that it gets.
  private void expression(List<Token> tokens) {
    boolean augmented =
        tokens.stream()
            .anyMatch(token ->
                token.sort() == Token.Sort.SIGN
                    && token.text().endsWith("=")
                    && !COMPARISONS.contains(token.text()));
    List<String> changed = new ArrayList<>();
    for (Token token : tokens) {
      Assignment found = assignments.get(token.text());
      if (found != null && (augmented || found.value() instanceof Literal.Many)) {
        changed.add(token.text());
      }
    }
    changed.forEach(this::doubt);
  }
}
