// SPDX-License-Identifier: Apache-2.0
package dev.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.BindingPatternTree;
import com.sun.source.tree.CaseLabelTree;
import com.sun.source.tree.CaseTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.DefaultCaseLabelTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.PatternCaseLabelTree;
import com.sun.source.tree.SwitchExpressionTree;
import com.sun.source.tree.SwitchTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.Trees;
import dev.reconcile.model.Phase;
import dev.reconcile.model.Role;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.TypeElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.TypeMirror;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * No switch over a sealed type, a role or a phase has a {@code default}, or a pattern that takes
 * all: who adds a step or a role is told by the compiler what else to write.
 */
class ExhaustiveSwitchTest {
  private static final Set<String> ENUMS = Set.of(Role.class.getName(), Phase.class.getName());
  private static final List<Path> SOURCES =
      List.of(Path.of("src/main/java"), Path.of("target/generated-sources/java-templates"));

  @TempDir Path temp;

  @Test
  void nameEveryCase() throws IOException {
    List<Path> files = new ArrayList<>();
    for (Path folder : SOURCES) {
      files.addAll(javaFiles(folder));
    }
    assertThat(files).hasSizeGreaterThan(100);
    assertThat(catchAlls(files)).isEmpty();
  }

  @Test
  void aDefaultIsFound() throws IOException {
    Path file =
        Files.writeString(
            temp.resolve("Sample.java"),
            """
            class Sample {
              sealed interface Shape {}
              record Disc() implements Shape {}
              record Box() implements Shape {}
              static int complete(Shape s) {
                return switch (s) { case Disc _ -> 1; case Box _ -> 2; };
              }
              static int byText(String s) {
                return switch (s) { case "a" -> 1; default -> 2; };
              }
              static int byDefault(Shape s) {
                return switch (s) { case Disc _ -> 1; default -> 2; };
              }
              static int byAll(Shape s) {
                return switch (s) { case Disc _ -> 1; case Shape _ -> 2; };
              }
              static void statement(dev.reconcile.model.Role r) {
                switch (r) { case SOCKET -> {} default -> {} }
              }
              static int nested(String s, Shape t) {
                return switch (s) { case "a" -> 1; default -> switch (t) { case null, default -> 2; }; };
              }
            }
            """);
    assertThat(catchAlls(List.of(file)))
        .containsExactly("Sample.java:12", "Sample.java:15", "Sample.java:18", "Sample.java:21");
  }

  private static List<Path> javaFiles(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(file -> file.toString().endsWith(".java")).toList();
    }
  }

  /** The places of switches that name not every case, as FILE:LINE. */
  private static List<String> catchAlls(List<Path> files) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
      StringWriter errors = new StringWriter();
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  errors,
                  manager,
                  null,
                  List.of("-proc:none", "-cp", System.getProperty("java.class.path")),
                  null,
                  manager.getJavaFileObjectsFromPaths(files));
      Iterable<? extends CompilationUnitTree> units = task.parse();
      task.analyze();
      assertThat(errors.toString()).isEmpty();
      Switches switches = new Switches(Trees.instance(task));
      units.forEach(unit -> switches.scan(unit, null));
      return switches.found;
    }
  }

  private static final class Switches extends TreePathScanner<Void, Void> {
    private final Trees trees;
    private final List<String> found = new ArrayList<>();

    Switches(Trees trees) {
      this.trees = trees;
    }

    @Override
    public Void visitSwitch(SwitchTree node, Void none) {
      check(node, node.getExpression(), node.getCases());
      return super.visitSwitch(node, null);
    }

    @Override
    public Void visitSwitchExpression(SwitchExpressionTree node, Void none) {
      check(node, node.getExpression(), node.getCases());
      return super.visitSwitchExpression(node, null);
    }

    private void check(Tree node, ExpressionTree selector, List<? extends CaseTree> cases) {
      TypeMirror type = trees.getTypeMirror(new TreePath(getCurrentPath(), selector));
      boolean takesAll =
          cases.stream().flatMap(one -> one.getLabels().stream()).anyMatch(one -> isAll(one, type));
      if (takesAll && type instanceof DeclaredType declared && isClosed(declared)) {
        CompilationUnitTree unit = getCurrentPath().getCompilationUnit();
        long at = trees.getSourcePositions().getStartPosition(unit, node);
        String file = unit.getSourceFile().getName();
        found.add(
            file.substring(file.lastIndexOf('/') + 1) + ":" + unit.getLineMap().getLineNumber(at));
      }
    }

    // a guarded pattern takes not all, and the compiler asks for another case after it
    private boolean isAll(CaseLabelTree label, TypeMirror selector) {
      return label instanceof DefaultCaseLabelTree
          || (label instanceof PatternCaseLabelTree pattern
              && isUnguarded(pattern)
              && pattern.getPattern() instanceof BindingPatternTree binding
              && String.valueOf(trees.getTypeMirror(pathOf(binding.getVariable().getType())))
                  .equals(selector.toString()));
    }

    private boolean isUnguarded(PatternCaseLabelTree pattern) {
      TreePath path = trees.getPath(getCurrentPath().getCompilationUnit(), pattern);
      return ((CaseTree) path.getParentPath().getLeaf()).getGuard() == null;
    }

    private TreePath pathOf(Tree tree) {
      return trees.getPath(getCurrentPath().getCompilationUnit(), tree);
    }

    private static boolean isClosed(DeclaredType type) {
      TypeElement element = (TypeElement) type.asElement();
      return element.getModifiers().contains(Modifier.SEALED)
          || ENUMS.contains(element.getQualifiedName().toString());
    }
  }
}
