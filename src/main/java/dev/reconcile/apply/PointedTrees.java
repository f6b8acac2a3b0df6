// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.host.Facts;
import dev.reconcile.host.HostException;
import dev.reconcile.model.Layout;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The trees of code to which virtualenvs refer. Earlier versions of reconcile installed {@code -e
 * .} as pip does, with a file that names the tree. Such a tree must be kept as long as the
 * virtualenv.
 */
final class PointedTrees {
  private static final int MOST_BYTES = 1 << 16;
  private static final Pattern POINTER =
      Pattern.compile(".*\\.(pth|egg-link)|__editable__.*", Pattern.DOTALL);

  private PointedTrees() {}

  /**
   * Finds the referenced trees of an app.
   *
   * @param stays selects the virtualenvs to consider, by path
   */
  static Set<String> of(Facts facts, String app, Predicate<String> stays) throws HostException {
    Set<String> trees = new HashSet<>();
    Pattern tree = Pattern.compile(Pattern.quote(new Layout(app).checkouts()) + "/[^/\\s'\"]+");
    for (String name : facts.list(new Layout(app).venvs())) {
      String venv = new Layout(app).venvs() + "/" + name;
      if (stays.test(venv)) {
        for (String python : facts.list(venv + "/lib")) {
          search(facts, venv + "/lib/" + python + "/site-packages", tree, trees);
        }
      }
    }
    return trees;
  }

  private static void search(Facts facts, String folder, Pattern tree, Set<String> trees)
      throws HostException {
    for (String name : facts.list(folder)) {
      if (POINTER.matcher(name).matches()) {
        String text = facts.text(folder + "/" + name, MOST_BYTES).orElse("");
        Matcher found = tree.matcher(text);
        while (found.find()) {
          trees.add(found.group());
        }
      }
    }
  }
}
