// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.cli;

import static dev.reconcile.cli.AppRepository.entry;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Commits of which a part must not, or cannot, be written to a disk. */
enum RefusedCommit {
  SUBMODULE("module is a git submodule", "deploy the other repository") {
    @Override
    void commit(AppRepository repo) throws IOException {
      repo.commitTree(repo.tree(entry("160000", "module", "1".repeat(40))));
    }
  },
  SUBMODULE_FAR_DOWN("a/b/module is a git submodule") {
    @Override
    void commit(AppRepository repo) throws IOException {
      String b = repo.tree(entry("160000", "module", "1".repeat(40)));
      repo.commitTree(repo.tree(entry("40000", "a", repo.tree(entry("40000", "b", b)))));
    }
  },
  ABSOLUTE_LINK("data -> /opt/data") {
    @Override
    void commit(AppRepository repo) throws IOException {
      Files.createSymbolicLink(repo.file("data"), Path.of("/opt/data"));
      repo.commit();
    }
  },
  LINK_UPWARDS("folder/up -> ../../etc") {
    @Override
    void commit(AppRepository repo) throws IOException {
      Files.createSymbolicLink(repo.file("folder/up"), Path.of("../../etc"));
      repo.commit();
    }
  },
  LINK_WITH_STEPS_UPWARDS_IN_IT("link -> folder/../../etc") {
    @Override
    void commit(AppRepository repo) throws IOException {
      Files.createSymbolicLink(repo.file("link"), Path.of("folder/../../etc"));
      repo.commit();
    }
  },
  LINK_THROUGH_A_LINK("out -> here/../../x") {
    @Override
    void commit(AppRepository repo) throws IOException {
      Files.createSymbolicLink(repo.file("here"), Path.of("folder"));
      Files.createSymbolicLink(repo.file("out"), Path.of("here/../../x"));
      repo.commit();
    }
  },
  EMPTY_LINK("link -> ") {
    @Override
    void commit(AppRepository repo) throws IOException {
      repo.commitTree(repo.tree(entry("120000", "link", repo.blob(""))));
    }
  },
  LINK_THAT_IS_TOO_LONG("link -> (more than 4095 bytes)") {
    @Override
    void commit(AppRepository repo) throws IOException {
      repo.commitTree(repo.tree(entry("120000", "link", repo.blob("x/".repeat(3000)))));
    }
  },
  LINK_THAT_IS_NO_TEXT("link -> (not UTF-8)") {
    @Override
    void commit(AppRepository repo) throws IOException {
      byte[] latin = "caf\u00e9".getBytes(StandardCharsets.ISO_8859_1);
      repo.commitTree(repo.tree(entry("120000", "link", repo.blob(latin))));
    }
  },
  NAME_THAT_IS_TOO_LONG("a name may have 255 bytes", "Rename it") {
    @Override
    void commit(AppRepository repo) throws IOException {
      repo.commitTree(repo.tree(entry("100644", "n".repeat(256), repo.blob("x"))));
    }
  },
  NAME_WITH_TOO_MANY_BYTES("a name may have 255 bytes") {
    @Override
    void commit(AppRepository repo) throws IOException {
      repo.commitTree(repo.tree(entry("100644", "\u00e4".repeat(128), repo.blob("x"))));
    }
  },
  PATH_THAT_IS_TOO_LONG("a path may have 3500 bytes") {
    @Override
    void commit(AppRepository repo) throws IOException {
      String tree = repo.tree(entry("100644", "file", repo.blob("x")));
      for (int i = 0; i < 20; i++) {
        tree = repo.tree(entry("40000", "d".repeat(200), tree));
      }
      repo.commitTree(tree);
    }
  },
  GIT_FOLDER("\".git\" in folder") {
    @Override
    void commit(AppRepository repo) throws IOException {
      String folder = repo.tree(entry("100644", ".git", repo.blob("x")));
      repo.commitTree(repo.tree(entry("40000", "folder", folder)));
    }
  },
  GIT_FOLDER_IN_CAPITALS("\".GIT\" in the root folder") {
    @Override
    void commit(AppRepository repo) throws IOException {
      repo.commitTree(repo.tree(entry("100644", ".GIT", repo.blob("x"))));
    }
  },
  NAME_THAT_IS_NO_TEXT("caf\\351.txt", "not UTF-8") {
    @Override
    void commit(AppRepository repo) throws IOException {
      byte[] latin = "caf\u00e9.txt".getBytes(StandardCharsets.ISO_8859_1);
      repo.commitTree(repo.tree(entry("100644", latin, repo.blob("x"))));
    }
  },
  NAME_WITH_A_LINE_BREAK("control character") {
    @Override
    void commit(AppRepository repo) throws IOException {
      repo.commitTree(repo.tree(entry("100644", "a\nb", repo.blob("x"))));
    }
  },
  NAME_THAT_OCCURS_TWICE("occurs twice") {
    @Override
    void commit(AppRepository repo) throws IOException {
      repo.commitTree(
          repo.tree(
              entry("100644", "a", repo.blob("x")), entry("120000", "a", repo.blob("main.py"))));
    }
  },
  MORE_FILES_THAN_ANY_DISK_TAKES("More than 1000000 files") {
    @Override
    void commit(AppRepository repo) throws IOException {
      String tree = repo.tree(entry("100644", "file", repo.blob("x")));
      for (int i = 0; i < 10; i++) {
        byte[][] ten = new byte[10][];
        for (int j = 0; j < 10; j++) {
          ten[j] = entry("40000", "d" + j, tree);
        }
        tree = repo.tree(ten);
      }
      repo.commitTree(tree);
    }
  },
  DAMAGED_LFS_POINTER("a.bin begins as a Git LFS pointer") {
    @Override
    void commit(AppRepository repo) throws IOException {
      repo.write(".gitattributes", "*.bin filter=lfs\n");
      repo.git("config", "filter.lfs.clean", "cat");
      repo.write("a.bin", "version https://git-lfs.github.com/spec/v1\noid sha256:abc\nsize 3\n");
      repo.commit();
    }
  };

  private final String words;

  RefusedCommit(String... words) {
    this.words = String.join("\n", words);
  }

  /** What is said of it. */
  String[] words() {
    return words.split("\n", -1);
  }

  /** Commits it on the main branch. */
  abstract void commit(AppRepository repo) throws IOException;
}
