// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LayoutTest {

  @Test
  void numberedAppsAllLieElsewhere() {
    for (String name : List.of("app", "a", "new", "s")) {
      Set<List<String>> seen =
          IntStream.range(0, 140)
              .mapToObj(i -> name + i)
              .map(app -> {
                Layout layout = Layout.of(app);
                return List.of(
                    layout.user() + ":" + layout.group(),
                    layout.directory().replace(app, "%s"),
                    layout.venv().replace(app, "%s"));
              })
              .collect(Collectors.toSet());
      assertThat(seen).as(name).hasSize(140);
    }
  }

  @Test
  void appsOfATreeWithTheSameLayoutAreRefused() {
    DesiredTree two = DesiredTree.of("app0", "app140", "shop");
    assertThatThrownBy(two::varied)
        .hasMessageMatching("Layout.*app=app0,.* is like .*app=app140,.*");
    DesiredTree twenty =
        DesiredTree.of(IntStream.range(0, 20).mapToObj(i -> "app" + i).toArray(String[]::new));
    assertThat(twenty.varied()).isEqualTo(twenty);
    assertThatThrownBy(() -> twenty.withoutApp("app1").plain("app140", "").varied())
        .hasMessageContaining("is like");
  }

  @Test
  void whatAnAppSaysItselfStands() {
    assertThat(Layout.of("shop").in("source: {folder: x}\n")).isEqualTo("source: {folder: x}\n");
    Layout blog = Layout.of("blog");
    assertThat(blog.in("source: {folder: x}"))
        .isEqualTo(
            "source: {folder: x}\nuser: %s\ngroup: %s\ndirectory: %s\nvenv: {directory: %s}\n"
                .formatted(blog.user(), blog.group(), blog.directory(), blog.venv()));
    assertThat(blog.in("venv: {python: p}\nuser: ann\nsource: {path: /srv/x}\n"))
        .isEqualTo(
            "venv: {directory: %s, python: p}\nuser: ann\nsource: {path: /srv/x}\n"
                .formatted(blog.venv()));
    String whole = "directory: /srv/x\nvenv: {directory: /srv/v}\ngroup: staff\n";
    assertThat(blog.in(whole)).isEqualTo(whole);
    assertThatThrownBy(() -> blog.in("source: {folder: x}\nvenv:\n  python: p\n"))
        .hasMessageContaining("not on one line");
  }
}
