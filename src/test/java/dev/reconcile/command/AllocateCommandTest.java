// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.cli.ExitCode;
import dev.reconcile.cli.Scene;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command that writes the ledger, and what validate and plan make of it. */
final class AllocateCommandTest {
  @TempDir Path temp;
  private Scene scene;
  private Path tree;
  private Path ledger;

  @BeforeEach
  void makeTree() throws IOException {
    scene = new Scene(temp);
    Files.writeString(
        scene.repo("reconcile.yaml"),
        "version: 1\nallocation: {key: k, ports: 20000-20009, reserved: [20004]}\n");
    tree = scene.repo("reconcile.yaml").getParent();
    ledger = tree.resolve("allocations.yaml");
    app("shop", "port");
    app("blog", "socket-suffix");
    app("plain", "socket");
  }

  private void app(String name, String bind) throws IOException {
    Files.writeString(
        scene.repo("apps/" + name + ".yaml"),
        "source: {path: /srv/x}\ngunicorn: {bind: " + bind + "}\n");
  }

  private Scene.Ran allocate(String... options) {
    List<String> words = new ArrayList<>(List.of("allocate", tree.toString()));
    words.addAll(List.of(options));
    return scene.run(words, Map.of());
  }

  private String numberOf(String app) throws IOException {
    return Files.readAllLines(ledger).stream()
        .filter(line -> line.startsWith("  " + app + ": "))
        .map(line -> line.substring(line.indexOf(": ") + 2))
        .findFirst()
        .orElse("");
  }

  @Test
  void appsThatNeedANumberGetOneAndTheOthersDoNot() throws IOException {
    Scene.Ran ran = allocate();

    assertThat(ran.code()).as(ran.text()).isEqualTo(ExitCode.OK);
    assertThat(ran.out()).contains("shop has been given " + numberOf("shop"));
    assertThat(numberOf("shop")).matches("2000[0-9]").isNotEqualTo("20004");
    assertThat(numberOf("blog")).matches("2000[0-9]").isNotEqualTo(numberOf("shop"));
    assertThat(numberOf("plain")).isEmpty();
    String written = Files.readString(ledger);
    assertThat(allocate().out()).startsWith("No changes: 2 numbers.");
    assertThat(ledger).hasContent(written.stripTrailing());
    assertThat(tree).isDirectoryNotContaining(path -> path.toString().endsWith(".new"));
  }

  @Test
  void checkWritesNothingAndNamesWhatIsMissing() throws IOException {
    Scene.Ran missing = allocate("--check");

    assertThat(missing.code()).isEqualTo(ExitCode.INVALID);
    assertThat(missing.err())
        .contains("no allocation for blog, shop")
        .contains("reconcile allocate");
    assertThat(ledger).doesNotExist();
    allocate();
    assertThat(allocate("--check").code()).isEqualTo(ExitCode.OK);
  }

  @Test
  void aRemovedAppsNumberWaitsUntilItIsReleased() throws IOException {
    allocate();
    String number = numberOf("shop");
    Files.delete(tree.resolve("apps/shop.yaml"));

    assertThat(allocate().out()).startsWith("No changes");
    assertThat(numberOf("shop")).isEqualTo(number);
    assertThat(allocate("--release", "shop").out()).contains("shop has been released");
    assertThat(numberOf("shop")).isEmpty();
  }

  @Test
  void anAppInUseIsNotReleasedAndAnUnknownOneIsSuggested() throws IOException {
    allocate();
    String before = Files.readString(ledger);

    assertThat(allocate("--release", "shop").err()).contains("still needs its allocation");
    assertThat(allocate("--release", "shpo").err()).contains("Did you mean \"shop\"?");
    assertThat(allocate("--release", "shop", "--reassign", "blog").code())
        .isEqualTo(ExitCode.USAGE);
    assertThat(ledger).hasContent(before.stripTrailing());
  }

  @Test
  void reassignMovesThatAppAlone() throws IOException {
    allocate();
    String shop = numberOf("shop");
    String blog = numberOf("blog");

    assertThat(allocate("--reassign", "shop").code()).isEqualTo(ExitCode.OK);

    assertThat(numberOf("shop")).isNotEqualTo(shop).matches("2000[0-9]");
    assertThat(numberOf("blog")).isEqualTo(blog);
  }

  @Test
  void aFullPoolIsAnErrorWithTheCountsAndNothingIsWritten() throws IOException {
    for (int i = 0; i < 8; i++) {
      app("app" + i, "port");
    }

    Scene.Ran full = allocate();

    assertThat(full.code()).isEqualTo(ExitCode.INVALID);
    assertThat(full.err())
        .contains(
            "No free port left in the pool 20000-20009: 10 numbers, 9 assigned", "1 reserved.");
    assertThat(ledger).doesNotExist();
  }

  @Test
  void aBrokenLedgerIsNamedWithItsPlace() throws IOException {
    Files.writeString(ledger, "version: 1\nnumbers:\n  shop: many\n");

    Scene.Ran ran = allocate();

    assertThat(ran.code()).isEqualTo(ExitCode.INVALID);
    assertThat(ran.err()).contains("on allocations.yaml line 3, column 9");
    assertThat(ledger).hasContent("version: 1\nnumbers:\n  shop: many");
  }

  @Test
  void validateWantsARangeOfPorts() throws IOException {
    Files.writeString(
        scene.repo("reconcile.yaml"), "version: 1\nallocation: {ports: 30000-20000}\n");

    Scene.Ran ran = scene.run(List.of("validate", tree.toString()), Map.of());

    assertThat(ran.code()).isEqualTo(ExitCode.INVALID);
    assertThat(ran.err()).contains("Invalid port range").contains("line 2");
  }
}
