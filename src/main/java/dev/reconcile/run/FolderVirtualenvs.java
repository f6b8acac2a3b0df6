// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The virtualenvs in a folder, and the files that pip has installed outside of their site-packages.
 * pip records each file in the RECORD of its package (PyPA's "Recording installed projects").
 */
final class FolderVirtualenvs implements DataRule.Virtualenvs {
  private static final String UP = "../../../";

  private final Path place;
  private final Map<String, Set<String>> installed = new HashMap<>();

  /**
   * Creates the virtualenvs of a folder.
   *
   * @param place the folder
   */
  FolderVirtualenvs(Path place) {
    this.place = place;
  }

  @Override
  public boolean has(String folder) {
    Path here = place.resolve(folder);
    return Files.exists(here.resolve("pyvenv.cfg")) || Files.exists(here.resolve("bin/activate"));
  }

  @Override
  public boolean isInstalled(String folder, String path) {
    return installed.computeIfAbsent(folder, name -> records(place.resolve(name))).contains(path);
  }

  private static Set<String> records(Path virtualenv) {
    Set<String> files = new HashSet<>();
    for (Path python : entries(virtualenv.resolve("lib"), "python*")) {
      for (Path info : entries(python.resolve("site-packages"), "*.dist-info")) {
        read(info.resolve("RECORD"), files);
      }
    }
    return files;
  }

  private static Iterable<Path> entries(Path folder, String names) {
    Set<Path> found = new HashSet<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder, names)) {
      stream.forEach(found::add);
    } catch (IOException e) {
      return Set.of();
    }
    return found;
  }

  // A line has the path from site-packages, a hash and a size. A path with a comma is quoted.
  private static void read(Path record, Set<String> files) {
    if (!Files.isRegularFile(record, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (Stream<String> lines = Files.lines(record, StandardCharsets.UTF_8)) {
      lines
          .map(line -> line.startsWith("\"") ? line.substring(1).replaceFirst("\".*", "") : line)
          .filter(line -> line.startsWith(UP))
          .map(line -> line.substring(UP.length()).replaceFirst(",[^,]*,[^,]*$", ""))
          .forEach(files::add);
    } catch (IOException | UncheckedIOException e) {
      return; // files without a readable record count as data
    }
  }
}
