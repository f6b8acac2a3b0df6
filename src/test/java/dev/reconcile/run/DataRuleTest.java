// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.reconcile.cli.AppRepository;
import dev.reconcile.host.FolderLook;
import dev.reconcile.host.HostException;
import dev.reconcile.host.LocalHost;
import dev.reconcile.host.ProcessRunner;
import dev.reconcile.host.Stat;
import dev.reconcile.source.WorkTreeFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DataRuleTest {
  private static final int OTHER = 33;
  private static final long CODE = 1_700_000_000;

  private final Map<String, Long> committed = new TreeMap<>(Map.of("main.py", 10L));
  private final Set<String> unchanged = new HashSet<>();
  private Set<String> open = Set.of();
  private Set<String> virtualenvs = Set.of("venv");
  private final Set<String> installed = new HashSet<>();
  private final SortedMap<String, String> changes = new TreeMap<>();

  @TempDir Path temp;

  private final DataRule.Git git =
      new DataRule.Git() {
        @Override
        public Optional<String> enter(String folder) {
          return Optional.empty();
        }

        @Override
        public SortedMap<String, String> changes(String folder) {
          return folder.isEmpty() ? changes : Collections.emptySortedMap();
        }

        @Override
        public boolean brings(String path) {
          return committed.containsKey(path);
        }

        @Override
        public boolean tracks(String path) {
          return false;
        }

        @Override
        public boolean isUntracked(String path) {
          return false;
        }

        @Override
        public boolean isSafe(FolderLook.Item file) {
          return false;
        }

        @Override
        public boolean isAsCommitted(FolderLook.Item file, boolean bySize) {
          boolean same = committed.getOrDefault(file.path(), -1L).equals(file.stat().size());
          return (bySize && same) || unchanged.contains(file.path());
        }
      };

  private DataRule rule() {
    return new DataRule(
        git,
        uid -> uid == 0,
        open,
        new DataRule.Virtualenvs() {
          @Override
          public boolean has(String folder) {
            return virtualenvs.contains(folder);
          }

          @Override
          public boolean isInstalled(String folder, String path) {
            return installed.contains(path);
          }
        });
  }

  private List<String> found(FolderLook.Item... items) {
    DataRule rule = rule();
    rule.see(file("main.py", 0, CODE));
    for (FolderLook.Item item : items) {
      rule.see(item);
    }
    return rule.found().stream().map(DataRule.Found::path).toList();
  }

  private static FolderLook.Item item(
      String path, Stat.Type type, int uid, long modified, boolean mounted) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    return new FolderLook.Item(path, name, new Stat(type, 0644, uid, uid, 10), modified, mounted);
  }

  private static FolderLook.Item file(String path, int uid, long modified) {
    return item(path, Stat.Type.FILE, uid, modified, false);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "app.sqlite",
        "app.sqlite3",
        "app.SQLITE3-wal",
        "app.db",
        "app.db-journal",
        "app.db-shm",
        "dump.rdb",
        "appendonly.aof",
        "backup.sql",
        "backup.sql.gz",
        ".env",
        ".env.production",
        "prod.env",
        "local_settings.py",
        "tls.key",
        "secrets.json",
        "credentials.json",
        "instance/config.py",
        "a/b/media/c/d.png",
        "uploads/x",
        "Uploads/x",
        "var/x",
        "data/x.csv"
      })
  void nameOfDataIsEnough(String path) {
    assertThat(found(file(path, 0, CODE))).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "old.py",
        "README",
        "README.md",
        "static/style.css",
        "static/app/index.html",
        "templates/mail.txt",
        "mediator.py",
        "environment.txt",
        "requirements-dev.txt",
        "settings.py.bak",
        "pyproject.toml",
        "package-lock.json",
        ".github/workflows/test.yml",
        ".gitignore",
        "Dockerfile",
        "docker-compose.yml",
        "translations/de.po",
        "gunicorn.conf.py"
      })
  void codeOfRootsThatNoTreeHasIsNone(String path) {
    assertThat(found(file(path, 0, CODE))).isEmpty();
  }

  /** An app as root that writes beside its code on the day on which it was put there. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "orders.csv",
        "counters.json",
        "pages/home.md",
        "docs/page.md",
        "pages/home.html",
        "posts.yaml",
        "notes.txt",
        "static/avatars/42.png",
        "state",
        "cache.pickle",
        "db/orders.csv.bak",
        "x.dbt"
      })
  void whatIsNotPlainlyCodeCountsWhoeverAndWhenever(String path) {
    assertThat(found(file(path, 0, CODE))).containsExactly(path);
    assertThat(found(file(path, 0, CODE - 100_000))).hasSize(1);
    committed.put(path, 10L);
    assertThat(found(file(path, 0, CODE * 2))).as("the revision brings it").isEmpty();
  }

  @Test
  void recordsThatTheAppHasWrittenSinceCount() {
    committed.putAll(Map.of("orders.csv", 5L, "seed.csv", 5L, "other.py", 5L));
    assertThat(
            found(
                file("orders.csv", 0, CODE + 60),
                file("seed.csv", 0, CODE - 60),
                file("other.py", 0, CODE)))
        .containsExactly("orders.csv");
  }

  @Test
  void programsWithoutASuffixAreCode() {
    assertThat(
            found(
                new FolderLook.Item(
                    "run", "run", new Stat(Stat.Type.FILE, 0755, 0, 0, 10), CODE, false)))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "logs/access-2026",
        "log/app.txt",
        "celerybeat-schedule",
        "celerybeat-schedule.db",
        ".coverage",
        "main.pyc",
        "app.log",
        "app.log.1",
        "app.log-20260101.gz",
        "gunicorn.pid",
        "app.sock",
        ".main.py.swp",
        "nohup.out",
        "main.py~"
      })
  void whatToolsMakeAgainIsNone(String path) {
    assertThat(found(file(path, OTHER, CODE * 2))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {".git", "__pycache__", "node_modules", "shop.egg-info", ".cache", "htmlcov"})
  void foldersThatToolsMakeAreNotLookedInto(String name) {
    DataRule rule = rule();
    assertThat(rule.see(item(name, Stat.Type.DIRECTORY, OTHER, CODE, false))).isFalse();
    assertThat(rule.see(item("src", Stat.Type.DIRECTORY, OTHER, CODE, false))).isTrue();
    assertThat(rule.found()).isEmpty();
  }

  @Test
  void whatDoesNotBelongToRootCounts() {
    assertThat(found(file("orders.json", OTHER, CODE), file("main.py", OTHER, CODE)))
        .containsExactly("orders.json");
  }

  @Test
  void whatIsOpenToBeWrittenCounts() {
    open = Set.of("orders.json", "app.log");
    assertThat(found(file("orders.json", 0, CODE), file("app.log", 0, CODE)))
        .containsExactly("orders.json");
  }

  @Test
  void whatWasWrittenADayAfterTheCodeCounts() {
    assertThat(
            found(
                file("early.py", 0, CODE - 100_000),
                file("soon.py", 0, CODE + 80_000),
                file("late.py", 0, CODE + 90_000)))
        .containsExactly("late.py");
    committed.clear();
    assertThat(found(file("late.py", 0, CODE * 2)))
        .as("without any code there is no such day")
        .isEmpty();
  }

  @Test
  void whatGitHasCountsOnlyIfItIsNotAsGitHasIt() {
    committed.putAll(
        Map.of(
            "media/logo.png",
            10L,
            ".env",
            12L,
            "schema.sql",
            10L,
            "seed.sqlite",
            10L,
            "clean.sqlite",
            10L));
    unchanged.add("clean.sqlite");
    assertThat(
            found(
                file("media/logo.png", 0, CODE),
                file(".env", 0, CODE),
                file("schema.sql", 0, CODE),
                file("seed.sqlite", 0, CODE),
                file("clean.sqlite", 0, CODE)))
        .as("a database of the same size may hold something else")
        .containsExactly(".env", "seed.sqlite");
  }

  @Test
  void linksCountByTheirNamesAndOtherFileSystemsAlways() {
    assertThat(
            found(
                item("instance/x", Stat.Type.LINK, 0, CODE, false),
                item("app.db", Stat.Type.LINK, 0, CODE, false),
                item("share", Stat.Type.DIRECTORY, 0, CODE, true),
                item("instance/s", Stat.Type.SOCKET, 0, CODE, false)))
        .containsExactly("instance/", "app.db", "share/");
  }

  @Test
  void ofAVirtualenvOnlyWhatPipDoesNotMakeCounts() {
    virtualenvs = Set.of("");
    DataRule rule = rule();
    assertThat(rule.see(item("lib", Stat.Type.DIRECTORY, OTHER, CODE, false))).isFalse();
    assertThat(rule.see(item("pyvenv.cfg", Stat.Type.FILE, OTHER, CODE, false))).isFalse();
    assertThat(rule.see(item("var", Stat.Type.DIRECTORY, OTHER, CODE, false))).isTrue();
    rule.see(file("var/blog-instance/blog.sqlite", 0, CODE));
    assertThat(rule.found()).extracting(DataRule.Found::path).containsExactly("var/");
  }

  @Test
  void ofAVirtualenvInTheFolderToo() {
    DataRule rule = rule();
    assertThat(rule.see(item("venv", Stat.Type.DIRECTORY, 0, CODE, false))).isTrue();
    assertThat(rule.see(item("venv/lib", Stat.Type.DIRECTORY, 0, CODE, false))).isFalse();
    assertThat(rule.see(item("venv/var", Stat.Type.DIRECTORY, 0, CODE, false))).isTrue();
    rule.see(file("venv/var/blog-instance/orders", 0, CODE));
    rule.see(item("env", Stat.Type.LINK, 0, CODE, false));
    assertThat(rule.found()).extracting(DataRule.Found::path).containsExactly("venv/var/", "env");
    virtualenvs = Set.of("env");
    assertThat(found(item("env", Stat.Type.LINK, 0, CODE, false))).isEmpty();
  }

  /** A clone in which its virtualenv was made, too. */
  @Test
  void belowFoldersOfAVirtualenvOnlyWhatToolsMakeIsNone() {
    virtualenvs = Set.of("", "venv");
    installed.add("share/flower/readme.dat");
    DataRule rule = rule();
    for (String folder : List.of("etc", "share", "ssl", "man", "venv/etc")) {
      assertThat(rule.see(item(folder, Stat.Type.DIRECTORY, 0, CODE, false))).as(folder).isTrue();
    }
    for (String folder : List.of("share/man", "share/python-wheels", "etc/jupyter", "ssl/certs")) {
      assertThat(rule.see(item(folder, Stat.Type.DIRECTORY, 0, CODE, false))).as(folder).isFalse();
    }
    rule.see(file("share/flower/readme.dat", 0, CODE));
    assertThat(rule.found()).isEmpty();
    List<String> own = List.of("etc/production.ini", "share/orders.csv", "ssl/server.key");
    own.forEach(path -> rule.see(file(path, 0, CODE)));
    rule.see(file("venv/etc/mine.ini", 0, CODE));
    assertThat(rule.found())
        .extracting(DataRule.Found::path)
        .containsAll(own)
        .contains("venv/etc/mine.ini");
  }

  @Test
  void changedFilesOfAGitTreeCountOnceUnlessToolsMakeThem() {
    virtualenvs = Set.of("", "venv");
    committed.put("data/orders.csv", 5L);
    for (String path :
        List.of(
            "app.pyc",
            "logs/app.log",
            "venv/bin/pip",
            "venv/lib/python3/site-packages/x.py",
            "lib/python3.11/site-packages/x.py",
            "pyvenv.cfg",
            "main.py",
            "lib/shop/x.py",
            "bin/deploy",
            "log/views.py",
            "data/orders.csv")) {
      changes.put(path, "changed");
    }
    assertThat(found(file("data/orders.csv", 0, CODE), file("bin/deploy", 0, CODE)))
        .containsExactly(
            "bin/deploy", "data/orders.csv", "lib/shop/x.py", "log/views.py", "main.py");
  }

  @Test
  void indexOfARealCloneTellsWhatIsTracked() throws IOException {
    AppRepository clone = AppRepository.create(temp.resolve("clone"));
    clone.write("app/main.py", "app = 1\n");
    clone.write("app/seed.sqlite", "seed");
    clone.write(".gitignore", "*.db\n");
    clone.commit();
    clone.write("app/live.db", "precious");
    WorkTreeFiles tracked = WorkTreeFiles.of(clone.directory().resolve("app"));

    assertThat(tracked.has("main.py")).isTrue();
    assertThat(tracked.has("live.db")).isFalse();
    Files.writeString(clone.directory().resolve(".git/index"), "DIRC damaged");
    assertThat(WorkTreeFiles.of(clone.directory()).has("app/main.py")).isFalse();
    assertThat(WorkTreeFiles.of(temp).has("x")).isFalse();
  }

  @Test
  void lookEndsWhereThereIsTooMuch() throws IOException, HostException {
    Path root = Files.createDirectories(temp.resolve("root"));
    Path folder = Files.createDirectories(root.resolve("srv/a/b"));
    for (int i = 0; i < 20; i++) {
      Files.writeString(folder.resolve("f" + i), "x");
    }
    Files.createSymbolicLink(folder.resolve("up"), Path.of("../.."));
    Files.setLastModifiedTime(folder.resolve("f1"), FileTime.from(Instant.ofEpochSecond(CODE)));
    LocalHost host = new LocalHost(root, new ProcessRunner(), "run", List.of());
    Map<String, Long> seen = new TreeMap<>();

    boolean whole =
        host.facts()
            .folders()
            .lookThrough(
                "/srv",
                100,
                item -> {
                  seen.put(item.path(), item.modified());
                  return true;
                });

    assertThat(whole).isTrue();
    assertThat(seen).hasSize(23).containsEntry("a/b/f1", CODE).containsKey("a/b/up");
    assertThat(host.facts().folders().lookThrough("/srv", 10, item -> true)).isFalse();
    assertThat(host.facts().folders().lookThrough("/srv", 10, item -> false)).isTrue();
    assertThat(host.facts().folders().lookThrough("/none", 10, item -> true)).isFalse();
  }
}
