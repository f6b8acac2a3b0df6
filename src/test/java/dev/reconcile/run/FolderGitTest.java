// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.cli.AppRepository;
import dev.reconcile.code.CommitTrees;
import dev.reconcile.host.HostException;
import dev.reconcile.host.LocalHost;
import dev.reconcile.host.ProcessRunner;
import dev.reconcile.model.Step.TreeRef;
import dev.reconcile.source.Commit;
import dev.reconcile.source.RepoUrl;
import dev.reconcile.source.Repository;
import dev.reconcile.source.SourceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What counts as data in clones made by hand: what only they have. */
final class FolderGitTest {
  @TempDir Path temp;

  private AppRepository origin;
  private AppRepository clone;

  @BeforeEach
  void cloneByHand() throws IOException {
    origin = AppRepository.create(temp.resolve("origin"));
    origin.write("main.py", "app = 1\n");
    origin.write("pages/home.md", "welcome\n");
    origin.commit();
    clone = clone("shop");
  }

  private AppRepository clone(String folder) throws IOException {
    Path place = Files.createDirectories(temp.resolve("host/srv")).resolve(folder);
    Files.createDirectories(place);
    AppRepository made = new AppRepository(place);
    made.git("clone", "-q", origin.url(), ".");
    // an index of the very moment of its files tells nothing of them
    for (String file : List.of("main.py", "pages/home.md")) {
      Files.setLastModifiedTime(
          made.directory().resolve(file), FileTime.from(Instant.ofEpochSecond(1_700_000_000)));
    }
    made.git("update-index", "--refresh");
    return made;
  }

  /** Path to what is said of it. */
  private Map<String, String> found() throws IOException, HostException, SourceException {
    return found(origin.url());
  }

  private Map<String, String> found(String source)
      throws IOException, HostException, SourceException {
    return found(source, "shop", "");
  }

  private Map<String, String> found(String directory, String folder)
      throws IOException, HostException, SourceException {
    return found(origin.url(), directory, folder);
  }

  private Map<String, String> found(String source, String directory, String folder)
      throws IOException, HostException, SourceException {
    Path place = temp.resolve("host/srv").resolve(directory);
    LocalHost host = new LocalHost(temp.resolve("host"), new ProcessRunner(), "run", List.of());
    Map<String, String> found = new TreeMap<>();
    try (Repository repository = Repository.open(temp.resolve("cache"), Repository.Mode.KEEP)) {
      Commit commit = repository.resolve(RepoUrl.parse(source), Optional.empty());
      CommitTrees trees = new CommitTrees(host, source);
      trees.add(source, repository, commit, repository.tree(commit));
      TreeRef revision = new TreeRef(source, commit.id(), folder);
      DataRule rule =
          new DataRule(
              new FolderGit(place, trees, Optional.of(revision)),
              uid -> true,
              Set.of(),
              new FolderVirtualenvs(place));
      host.facts().folders().lookThrough("/srv/" + directory, 1000, rule);
      rule.found().forEach(one -> found.put(one.path(), one.what()));
    }
    return found;
  }

  @Test
  void cloneThatIsAsItsRemoteHasNothing() throws Exception {
    assertThat(found()).isEmpty();
    origin.git("rm", "-q", "pages/home.md");
    origin.write("main.py", "app = 2\n");
    origin.commit();
    assertThat(found()).as("older than what comes").isEmpty();
  }

  @Test
  void untrackedAndStagedFilesCount() throws Exception {
    clone.write("orders.csv", "1;2\n");
    clone.write("wsgi.py", "from main import app\n");
    clone.write(".git/info/exclude", "ignored.py\n");
    clone.write("ignored.py", "x = 1\n");
    clone.write("staged.json", "{}");
    clone.git("add", "staged.json");
    assertThat(found().keySet())
        .containsExactly("ignored.py", "orders.csv", "staged.json", "wsgi.py");
  }

  @Test
  void fileOfRecordsThatWasChangedCounts() throws Exception {
    origin.write("counters.json", "{}");
    origin.commit();
    clone.git("pull", "-q");
    assertThat(found()).isEmpty();
    clone.write("counters.json", "{\"visits\": 12}");
    assertThat(found().keySet()).containsExactly("counters.json");
  }

  @Test
  void commitsThatNoRemoteHasCount() throws Exception {
    clone.write("main.py", "app = 3\n");
    clone.commit();
    assertThat(found().get(".git")).contains("commits that no remote has", "Change");
    clone.git("push", "-q", "origin", "HEAD:refs/heads/server");
    assertThat(found()).isEmpty();
    clone.git("checkout", "-q", "-b", "wiki");
    clone.write("pages/more.md", "more\n");
    clone.commit();
    clone.git("checkout", "-q", "main");
    assertThat(found().keySet()).as("of a branch that is not in use").containsExactly(".git");
  }

  @ParameterizedTest
  @ValueSource(strings = {"config.py", "app.ini", "config.yml", "main.py", "templates/log/x.html"})
  void trackedFileOfAnySortThatDiffersFromItsCommitCounts(String path) throws Exception {
    origin.write(path, "SECRET = 'dev'\n");
    origin.commit();
    clone.git("pull", "-q");
    assertThat(found()).isEmpty();

    clone.write(path, "SECRET = 'liv'\n");
    assertThat(found()).containsExactly(Map.entry(path, "changed here, and not committed"));
    clone.git("add", path);
    assertThat(found().keySet()).as("staged").containsExactly(path);
    clone.write(path, "SECRET = 'dev'\n");
    assertThat(found().keySet()).as("only staged").containsExactly(path);
    clone.git("reset", "-q");
    assertThat(found()).isEmpty();
    Files.delete(clone.file(path));
    assertThat(found()).containsExactly(Map.entry(path, "deleted here, and in the last commit"));
    clone.git("rm", "-q", path);
    assertThat(found().keySet()).containsExactly(path);
    Files.createSymbolicLink(clone.file(path), Path.of("/etc/app.conf"));
    assertThat(found().keySet()).as("a link in its place").containsExactly(path);
  }

  @Test
  void changedFileThatTheNewRevisionHasAsItIsCountsNot() throws Exception {
    origin.write("static/.keep", "");
    origin.commit();
    clone.git("pull", "-q");
    clone.write("main.py", "app = 'hotfix'\n");
    Files.delete(clone.file("static/.keep"));
    assertThat(found().keySet()).containsExactly("main.py", "static/.keep");
    origin.write("main.py", "app = 'hotfix'\n");
    origin.git("rm", "-q", "static/.keep");
    origin.commit();
    assertThat(found()).isEmpty();
  }

  @Test
  void hiddenChangeCountsAndSparseCheckoutDoesNot() throws Exception {
    clone.git("update-index", "--skip-worktree", "pages/home.md");
    Files.delete(clone.file("pages/home.md"));
    clone.git("update-index", "--assume-unchanged", "main.py");
    assertThat(found()).isEmpty();
    clone.write("main.py", "app = 'live'\n");
    assertThat(found().keySet()).containsExactly("main.py");
  }

  /** Restored from a backup, with line ends of Windows, and unpacked by somebody else. */
  @Test
  void sameContentIsNoChange() throws Exception {
    origin.write("seed.sqlite", "seed");
    origin.write("rev.py", "# $Id$\n");
    String oid = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    origin.write(
        "logo.png", "version https://git-lfs.github.com/spec/v1\noid sha256:" + oid + "\nsize 4\n");
    origin.write(".gitattributes", "*.enc filter=crypt\n*.png filter=lfs\n");
    origin.write("key.enc", "cipher");
    Files.createSymbolicLink(origin.file("current"), Path.of("pages"));
    origin.commit();
    clone.git("pull", "-q");
    clone.write("logo.png", "test");
    clone.write("key.enc", "plains");
    clone.git("config", "filter.crypt.clean", "touch " + temp + "/ran; echo -n cipher");
    clone.git("config", "filter.crypt.smudge", "echo -n plains");
    clone.git("add", "key.enc");
    Files.delete(temp.resolve("ran"));
    for (String file : List.of("main.py", "seed.sqlite", "pages/home.md")) {
      Files.setLastModifiedTime(clone.file(file), FileTime.from(Instant.now().plusSeconds(90)));
    }
    clone.write("main.py", "app = 1\r\n");
    clone.write("rev.py", "# $Id: 1234 $\n");
    assertThat(clone.file("pages/home.md").toFile().setExecutable(true)).isTrue();
    assertThat(found()).isEmpty();
    assertThat(temp.resolve("ran")).as("a program of its configuration").doesNotExist();
    clone.write("logo.png", "tost");
    clone.write("key.enc", "plain2");
    Files.setLastModifiedTime(clone.file("key.enc"), FileTime.from(Instant.ofEpochSecond(9)));
    assertThat(found().keySet()).containsExactly("key.enc", "logo.png");
  }

  @Test
  void ofAFolderInARepositoryOnlyItsOwnChangesCount() throws Exception {
    origin.write("shop/main.py", "app = 1\n");
    origin.commit();
    Path whole = temp.resolve("host/srv");
    new AppRepository(whole).git("clone", "-q", origin.url(), "mono");
    clone = new AppRepository(whole.resolve("mono"));
    clone.write("main.py", "app = 2\n");
    assertThat(found("mono/shop", "shop")).isEmpty();
    clone.write("shop/main.py", "app = 2\n");
    assertThat(found("mono/shop", "shop").keySet()).containsExactly("main.py");
  }

  /** {@code python3 -m venv .} in the clone, and a package of pip with data files. */
  @Test
  void cloneThatIsItsOwnVirtualenvKeepsItsData() throws Exception {
    clone.write("pyvenv.cfg", "home = /usr/bin\n");
    clone.write("bin/activate", "");
    clone.write("lib/python3.11/site-packages/flower/x.py", "");
    clone.write(
        "lib/python3.11/site-packages/flower-2.dist-info/RECORD",
        """
        ../../../bin/flower,sha256=a,10
        "../../../share/flower/a,b.dat",sha256=b,5
        ../../../etc/flower.ini,sha256=c,5
        flower/x.py,,
        """);
    for (String made : List.of("share/flower/a,b.dat", "etc/flower.ini", "share/man/man1/x.1")) {
      clone.write(made, "made");
    }
    assertThat(found()).isEmpty();
    clone.write("etc/production.ini", "live");
    clone.write("share/orders.csv", "1;2");
    assertThat(found().keySet()).containsExactly("etc/production.ini", "share/orders.csv");
  }

  @Test
  void commitThatOnlyATagHasCountsIfItWasMadeHere() throws Exception {
    clone.git("checkout", "-q", "--detach");
    clone.write("main.py", "app = 5\n");
    clone.commit();
    clone.git("tag", "deployed");
    clone.git("checkout", "-q", "main");
    assertThat(found().get(".git")).contains("commits that no remote has", "Change");
    clone.git("tag", "-f", "-a", "-m", "Live", "deployed", "deployed");
    assertThat(found().keySet()).as("annotated").containsExactly(".git");
  }

  @Test
  void fetchedTagCountsNot() throws Exception {
    origin.git("checkout", "-q", "-b", "release");
    origin.write("main.py", "app = 6\n");
    origin.commit();
    origin.git("tag", "v1");
    origin.git("checkout", "-q", "main");
    origin.git("branch", "-q", "-D", "release");
    clone.git("fetch", "-q", "--tags");
    assertThat(found()).isEmpty();
  }

  @Test
  void changesThatWerePutAsideCount() throws Exception {
    clone.write("main.py", "app = 4\n");
    clone.git("stash", "-q");
    assertThat(found().keySet()).containsExactly(".git");
  }

  @Test
  void repositoryWithoutARemoteCountsUnlessTheRevisionComesFromIt() throws Exception {
    clone.git("remote", "remove", "origin");
    assertThat(found()).as("the source has the same commit").isEmpty();
    clone.write("more.py", "x = 1\n");
    clone.commit();
    assertThat(found()).containsKey(".git");
    assertThat(found(clone.url())).as("the source itself is moved away").containsKey(".git");
  }

  @Test
  void repositoryInTheFolderCountsIfNoRemoteHasIt() throws Exception {
    AppRepository wiki = AppRepository.create(clone.directory().resolve("wiki"));
    wiki.write("home.md", "welcome\n");
    wiki.commit();
    assertThat(found()).containsKey("wiki/.git");
    assertThat(found().get("wiki/.git")).contains("commits that no remote has");

    AppRepository bare = AppRepository.create(temp.resolve("wiki"));
    bare.git("checkout", "-q", "-b", "other");
    wiki.git("remote", "add", "origin", bare.url());
    wiki.git("push", "-q", "origin", "main");
    assertThat(found()).isEmpty();
  }

  @Test
  void tracksOfAnotherSourceAreNoCopies() throws Exception {
    AppRepository other = AppRepository.create(temp.resolve("other"));
    other.write("main.py", "app = 1\n");
    other.commit();
    assertThat(found(other.url()).keySet())
        .as("the app would come up without its pages")
        .containsExactly("pages/home.md");
  }

  @Test
  void damagedRepositoryIsNotTakenForAnEmptyOne() throws Exception {
    Files.delete(clone.directory().resolve(".git/index"));
    Files.writeString(clone.directory().resolve(".git/HEAD"), "ref: refs/heads/../x\n");
    Files.writeString(clone.directory().resolve(".git/packed-refs"), "damaged\n");
    assertThat(found()).containsKey(".git");
  }
}
