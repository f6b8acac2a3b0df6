// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.host.LocalHost;
import dev.reconcile.host.ProcessRunner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trees that virtualenvs of earlier versions lead into, made with {@code -e}. */
final class PointedTreesTest {
  private static final String TREES = "/var/lib/reconcile/checkouts/shop/";
  private static final String VENVS = "/var/lib/reconcile/venvs/shop/";

  @TempDir Path temp;

  private void write(String path, String text) throws IOException {
    Path file = temp.resolve(path.substring(1));
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  @Test
  void treesThatFilesNameAreFound() throws Exception {
    String packages = VENVS + "1/lib/python3.11/site-packages/";
    write(packages + "easy-install.pth", "import x\n" + TREES + "aaa/src\n");
    write(packages + "shop.egg-link", TREES + "bbb\n.");
    write(packages + "__editable___shop_finder.py", "MAPPING = {'shop': '" + TREES + "ccc/shop'}");
    write(packages + "other.pth", "/var/lib/reconcile/checkouts/other/ddd\n");
    write(packages + "module.py", "'" + TREES + "eee'");
    write(VENVS + "2/lib/python3.11/site-packages/x.pth", TREES + "fff\n");
    LocalHost host = new LocalHost(temp, new ProcessRunner(), "run", List.of());

    assertThat(PointedTrees.of(host.facts(), "shop", venv -> venv.endsWith("1")))
        .containsExactlyInAnyOrder(TREES + "aaa", TREES + "bbb", TREES + "ccc");
    assertThat(PointedTrees.of(host.facts(), "shop", _ -> true)).contains(TREES + "fff");
    assertThat(PointedTrees.of(host.facts(), "none", _ -> true)).isEmpty();
  }
}
