// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is wrong with the repository of one app is that app's affair: the plan says what the apply
 * does, the app stays at its revision, the other one gets its change.
 */
final class AppSourcesTest {
  @TempDir Path temp;
  private Scene scene;
  private AppRepository shop;
  private String good = "";
  private int changes;

  @BeforeEach
  void twoApps() throws IOException {
    scene = new Scene(temp);
    shop = AppRepository.create(temp.resolve("shop"));
    shop.write("main.py", "app = 1\n");
    shop.write("folder/inner", "1");
    good = shop.commit();
    Files.writeString(scene.repo("reconcile.yaml"), "version: 1\n");
    Files.writeString(scene.repo("src/main.py"), "app = 1\n");
    shopAt("main");
    changeBlog();
    Scene.Ran first = scene.run("apply");
    assertThat(first.code()).as(first.text()).isEqualTo(ExitCode.OK);
    assertThat(deployed()).isEqualTo(good);
  }

  private void shopAt(String ref) throws IOException {
    Files.writeString(
        scene.repo("apps/shop.yaml"),
        "source: {git: \"%s\", ref: %s}\nsite: false\n".formatted(shop.url(), ref));
  }

  private void changeBlog() throws IOException {
    changes++;
    Files.writeString(
        scene.repo("apps/blog.yaml"),
        "source: {folder: src}\nsite: false\nenv: {N: '%d'}\n".formatted(changes));
  }

  private String deployed() throws IOException {
    Path link = scene.live("/usr/share/nginx/shop");
    return Files.isSymbolicLink(link)
        ? String.valueOf(Files.readSymbolicLink(link).getFileName())
        : "none";
  }

  private void expectBlogIsChanged() throws IOException {
    assertThat(Files.readString(scene.live("/etc/gunicorn/blog.env")))
        .contains("N=\"" + changes + "\"");
  }

  /**
   * The plan and the apply end alike, shop stays, blog is changed, and a next run says the same.
   */
  private Scene.Ran expect(ExitCode code) throws IOException {
    changeBlog();
    Scene.Ran plan = scene.run("plan");
    assertThat(plan.code()).as(plan.text()).isEqualTo(code);
    Scene.Ran apply = scene.run("apply");
    assertThat(apply.code()).as(apply.text()).isEqualTo(code);
    assertThat(apply.text()).doesNotContain("Input/output error").doesNotContain("\tat ");
    expectBlogIsChanged();
    Scene.Ran again = scene.run("apply");
    assertThat(again.code()).as(again.text()).isEqualTo(code);
    assertThat(again.out()).doesNotContain("failed");
    return plan;
  }

  @ParameterizedTest
  @EnumSource(
      names = {"SUBMODULE_FAR_DOWN", "ABSOLUTE_LINK", "GIT_FOLDER", "NAME_THAT_IS_TOO_LONG"})
  void commitThatCannotBeWrittenIsFoundByThePlan(RefusedCommit refused) throws IOException {
    refused.commit(shop);
    String commit = shop.git("rev-parse", "main").substring(0, 12);

    Scene.Ran plan = expect(ExitCode.ROLLED_BACK);

    assertThat(plan.text())
        .contains("apps/shop.yaml line 1", "In commit " + commit + " of " + shop.url())
        .contains("shop stays as it is")
        .contains(refused.words());
    assertThat(deployed()).isEqualTo(good);
    shop.git("reset", "-q", "--hard", good);
    shop.write("main.py", "app = 2\n");
    String mended = shop.commit();
    assertThat(scene.run("apply").code()).isEqualTo(ExitCode.OK);
    assertThat(deployed()).isEqualTo(mended);
  }

  @Test
  void severalMistakesAreToldAtOnce() throws IOException {
    for (int i = 0; i < 8; i++) {
      Files.createSymbolicLink(shop.file("link" + i), Path.of("/etc/" + i));
    }
    shop.commit();

    Scene.Ran plan = expect(ExitCode.ROLLED_BACK);

    assertThat(plan.text())
        .contains("link0 -> /etc/0", "link4 -> /etc/4", "… and 3 more.")
        .doesNotContain("link5 ->");
  }

  @Test
  void firstDeployOfSuchACommitIsHeldToo() throws IOException {
    Files.createSymbolicLink(shop.file("data"), Path.of("/opt/data"));
    shop.commit();
    Files.writeString(
        scene.repo("apps/second.yaml"),
        "source: {git: \"%s\"}\nsite: false\n".formatted(shop.url()));

    expect(ExitCode.ROLLED_BACK);

    assertThat(scene.live("/usr/share/nginx/second")).doesNotExist();
    assertThat(scene.live("/etc/gunicorn/second.env")).doesNotExist();
  }

  @Test
  void folderOfTheRepoIsHeldToo() throws IOException {
    Files.createSymbolicLink(scene.repo("src2/data"), Path.of("/opt/data"));
    Files.writeString(scene.repo("apps/third.yaml"), "source: {folder: src2}\nsite: false\n");

    Scene.Ran plan = expect(ExitCode.ROLLED_BACK);

    assertThat(plan.text()).contains("apps/third.yaml line 1", "src2/data -> /opt/data");
  }

  @Test
  void linksWithinTheTreeAreTaken() throws IOException {
    Files.createSymbolicLink(shop.file("one"), Path.of("two"));
    Files.createSymbolicLink(shop.file("two"), Path.of("folder/three"));
    Files.createSymbolicLink(shop.file("folder/three"), Path.of("../main.py"));
    Files.createSymbolicLink(shop.file("loop"), Path.of("pool"));
    Files.createSymbolicLink(shop.file("pool"), Path.of("loop"));
    Files.createSymbolicLink(shop.file("nowhere"), Path.of("instance/x"));
    Files.createSymbolicLink(shop.file("here"), Path.of("."));
    Files.createSymbolicLink(shop.file("folder/top"), Path.of("..//folder/./inner"));
    String commit = shop.commit();

    expect(ExitCode.OK);

    assertThat(deployed()).isEqualTo(commit);
    Path tree = scene.live("/var/lib/reconcile/checkouts/shop/" + commit);
    assertThat(tree.resolve("one")).hasContent("app = 1\n");
    assertThat(Files.exists(tree.resolve("loop"), LinkOption.NOFOLLOW_LINKS)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"nowhere", "tree", "blob", "0000", "HEAD~1"})
  void refThatNamesNoCommitIsTheAppsAffair(String ref) throws IOException {
    shop.git("tag", "tree", "HEAD^{tree}");
    shop.git("tag", "-m", "x", "blob", "HEAD:main.py");
    shopAt("'" + ref + "'");

    changeBlog();
    Scene.Ran plan = scene.run("plan");
    if (plan.code() == ExitCode.INVALID) { // no ref at all, and so a mistake of the desired state
      assertThat(ref).isEqualTo("HEAD~1");
      return;
    }
    plan = expect(ExitCode.ROLLED_BACK);

    assertThat(plan.text()).contains("shop stays at the revision it has");
    assertThat(deployed()).isEqualTo(good);
  }

  @Test
  void whatIsSaidOfTheAppBesideItsRefIsDone() throws IOException {
    Files.writeString(
        scene.repo("apps/shop.yaml"),
        "source: {git: \"%s\", ref: nowhere}\nsite: false\nenv: {A: b}\n".formatted(shop.url()));

    expect(ExitCode.ROLLED_BACK);

    assertThat(Files.readString(scene.live("/etc/gunicorn/shop.env"))).contains("A=\"b\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"light", "annotated", "nested", "branch", "full", "short"})
  void refMayBeABranchATagOrACommit(String ref) throws IOException {
    shop.write("main.py", "app = 2\n");
    String second = shop.commit();
    shop.git("tag", "light");
    shop.git("tag", "-m", "x", "annotated");
    shop.git("tag", "-m", "x", "nested", "annotated");
    shop.git("branch", "branch");
    shop.write("main.py", "app = 3\n");
    shop.commit();
    shopAt(
        switch (ref) {
          case "full" -> "'" + second + "'";
          case "short" -> "'" + second.substring(0, 9) + "'";
          default -> ref;
        });

    expect(ExitCode.OK);

    assertThat(deployed()).isEqualTo(second);
  }

  @Test
  void forcedPushIsFollowed() throws IOException {
    shop.write("main.py", "app = 2\n");
    shop.commit();
    expect(ExitCode.OK);
    shop.git("checkout", "-q", "--orphan", "other");
    shop.write("main.py", "app = 3\n");
    String rewritten = shop.commit();
    shop.git("branch", "-f", "main");
    shop.git("reflog", "expire", "--expire=now", "--all");
    shop.git("gc", "-q", "--prune=now");

    expect(ExitCode.OK);

    assertThat(deployed()).isEqualTo(rewritten);
  }

  @Test
  void emptyRepositoryIsTheAppsAffair() throws IOException {
    shop = AppRepository.create(temp.resolve("empty"));
    shopAt("main");
    assertThat(expect(ExitCode.ROLLED_BACK).text()).contains("Empty repository");

    shop = AppRepository.create(temp.resolve("unborn"));
    shop.write("x", "x");
    shop.commit();
    shop.git("symbolic-ref", "HEAD", "refs/heads/unborn");
    Files.writeString(
        scene.repo("apps/shop.yaml"), "source: {git: \"%s\"}\nsite: false\n".formatted(shop.url()));
    assertThat(expect(ExitCode.ROLLED_BACK).text()).contains("No default branch");
    assertThat(deployed()).isEqualTo(good);
  }

  @Test
  void repositoryThatIsGoneBetweenPlanAndApplyIsOutOfReach() throws IOException {
    shop.write("main.py", "app = 2\n");
    shop.commit();
    changeBlog();
    assertThat(scene.run("plan").code()).isEqualTo(ExitCode.OK);
    Files.move(shop.directory(), temp.resolve("away"));

    Scene.Ran apply = scene.run("apply");

    assertThat(apply.code()).as(apply.text()).isEqualTo(ExitCode.FAILED);
    assertThat(apply.err()).contains("Unreachable source", "stays at the revision");
    assertThat(deployed()).isEqualTo(good);
    expectBlogIsChanged();
    assertThat(expect(ExitCode.FAILED).text()).contains("Unreachable source");
  }

  @Test
  void whatIsNoUsableRepositoryIsOutOfReach() throws IOException {
    Files.createDirectories(temp.resolve("plain"));
    shop = new AppRepository(temp.resolve("plain"));
    shopAt("main");
    expect(ExitCode.FAILED);

    shop = new AppRepository(temp.resolve("shop"));
    shop.write("x", "x");
    shop.commit();
    String blob = shop.git("rev-parse", "HEAD:x");
    Files.delete(
        shop.directory().resolve(".git/objects/" + blob.substring(0, 2) + "/" + blob.substring(2)));
    shopAt("main");
    assertThat(expect(ExitCode.FAILED).text()).contains("stays at the revision it has");
    assertThat(deployed()).isEqualTo(good);
  }

  @Test
  void repositoryWithLongerIdsIsTheAppsAffair() throws IOException {
    Path directory = Files.createDirectories(temp.resolve("sha256"));
    shop = new AppRepository(directory);
    shop.git("init", "-q", "-b", "main", "--object-format=sha256", ".");
    shop.write("x", "x");
    shop.commit();
    shopAt("main");

    expect(ExitCode.FAILED);

    assertThat(deployed()).isEqualTo(good);
  }

  @Test
  void requirementsThatAreMissingAreTheAppsAffair() throws IOException {
    Files.writeString(
        scene.repo("apps/shop.yaml"),
        "source: {git: \"%s\"}\nsite: false\nvenv: {requirements: reqs.txt}\n"
            .formatted(shop.url()));

    assertThat(expect(ExitCode.ROLLED_BACK).text()).contains("No such requirements file");
  }

  private void shopInFolder(String folder) throws IOException {
    Files.writeString(
        scene.repo("apps/shop.yaml"),
        "source: {git: \"%s\", folder: %s}\nsite: false\n".formatted(shop.url(), folder));
  }

  private Path tree() throws IOException {
    return scene.live("/var/lib/reconcile/checkouts/shop/" + deployed());
  }

  @Test
  void folderOfARepositoryIsTheApp() throws IOException {
    shop.write("backend/main.py", "app = 2\n");
    shop.write("backend/requirements.txt", "-r requirements/all.txt\n");
    shop.write("backend/requirements/all.txt", "");
    shop.write("other/main.py", "app = 3\n");
    String commit = shop.commit();
    shopInFolder("backend/");
    Scene.Ran plan = expect(ExitCode.OK);
    assertThat(plan.text()).contains("+" + shop.url() + " folder backend at " + commit);
    String backend = deployed();
    assertThat(backend).startsWith(commit + ".");
    assertThat(tree().resolve("main.py")).hasContent("app = 2\n");
    assertThat(tree().resolve("folder")).doesNotExist();

    shopInFolder("other");
    expect(ExitCode.OK);
    assertThat(deployed()).as("another folder").isNotEqualTo(backend).startsWith(commit + ".");
    assertThat(tree().resolve("main.py")).hasContent("app = 3\n");

    shopInFolder(".");
    expect(ExitCode.OK);
    assertThat(deployed()).as("the name of the whole repository stays").isEqualTo(commit);
    assertThat(scene.run("plan").text()).contains("No changes");
  }

  @Test
  void folderThatARepositoryLacksIsTheAppsAffair() throws IOException {
    Files.writeString(
        scene.repo("apps/shop.yaml"),
        "source:\n  git: \"%s\"\n  folder: foldr\nsite: false\n".formatted(shop.url()));

    assertThat(expect(ExitCode.ROLLED_BACK).text())
        .contains("No such folder in the source", "apps/shop.yaml line 3")
        .contains("foldr is not a folder of commit", "Did you mean \"folder\"?");
    assertThat(deployed()).isEqualTo(good);
  }

  @Test
  void appWithAFolderStaysWhenItsRepositoryIsOutOfReach() throws IOException {
    shopInFolder("folder");
    expect(ExitCode.OK);
    String name = deployed();
    Files.move(temp.resolve("shop"), temp.resolve("away"));

    expect(ExitCode.FAILED);

    assertThat(deployed()).isEqualTo(name);
  }

  @Test
  void deployedRevisionIsNotLookedThroughAgain() throws IOException {
    // as an earlier version may have left it: what is deployed stays deployed
    Files.createSymbolicLink(shop.file("data"), Path.of("/opt/data"));
    String commit = shop.commit();
    Files.createDirectories(scene.live("/var/lib/reconcile/checkouts/shop/" + commit + "/x"));

    expect(ExitCode.OK);

    assertThat(deployed()).isEqualTo(commit);
  }

  @Test
  void appThatTheRunIsNotAboutIsNotLookedAt() throws IOException {
    Files.createSymbolicLink(shop.file("data"), Path.of("/opt/data"));
    shop.commit();
    changeBlog();

    Scene.Ran apply = scene.run("apply", "--only", "blog");

    assertThat(apply.code()).as(apply.text()).isEqualTo(ExitCode.OK);
    expectBlogIsChanged();
  }
}
