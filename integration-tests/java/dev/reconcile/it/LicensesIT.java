// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * The copyright file of the package accounts for every class of the jar and every bundled library.
 */
class LicensesIT {
  private static final Path COPYRIGHT = Path.of("packaging/debian/copyright");
  private static final String OWN = "dev/reconcile/";

  /** Debian's names of licences for the SPDX identifiers of the bill of materials. */
  private static final Map<String, String> DEBIAN_NAMES =
      Map.of(
          "Apache-2.0", "Apache-2.0",
          "MIT", "Expat",
          "BSD-3-Clause", "BSD-3-clause",
          "The (New) BSD License", "BSD-3-clause");

  /** Folder of the jar to the licence that the copyright file states for it. */
  private static Map<String, String> stanzas() throws IOException {
    Map<String, String> licences = new TreeMap<>();
    List<String> folders = new ArrayList<>();
    for (String line : Files.readAllLines(COPYRIGHT)) {
      if (line.startsWith("Files: ")) {
        folders.clear();
        for (String pattern : line.substring("Files: ".length()).split(" ", -1)) {
          folders.add(pattern.replaceFirst("\\*$", ""));
        }
      } else if (line.startsWith("License: ")) {
        folders.forEach(folder -> licences.put(folder, line.substring("License: ".length())));
        folders.clear();
      }
    }
    return licences;
  }

  private static Set<String> foldersOfTheJar() throws IOException {
    try (JarFile jar = new JarFile(System.getProperty("reconcile.jar", "target/reconcile.jar"))) {
      return jar.stream()
          .map(entry -> entry.getName())
          .filter(name -> name.endsWith(".class") && !name.startsWith(OWN))
          .map(name -> name.substring(0, name.lastIndexOf('/') + 1))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  @Test
  void everyFolderOfTheJarHasAStanzaAndEveryStanzaAFolder() throws IOException {
    Set<String> stanzas = new TreeSet<>(stanzas().keySet());
    stanzas.removeIf(folder -> folder.isEmpty() || folder.startsWith("usr/"));
    Set<String> used = new TreeSet<>();
    for (String folder : foldersOfTheJar()) {
      List<String> matching = stanzas.stream().filter(folder::startsWith).toList();
      assertThat(matching).as("stanzas for " + folder).hasSize(1);
      used.addAll(matching);
    }
    assertThat(used).isEqualTo(stanzas);
  }

  @Test
  void everyLicenceOfTheBillOfMaterialsIsStated() throws IOException {
    JsonNode bill = new ObjectMapper().readTree(Path.of("target/reconcile-sbom.json").toFile());
    Set<String> stated = Set.copyOf(stanzas().values());
    assertThat(bill.get("components")).isNotEmpty();
    for (JsonNode component : bill.get("components")) {
      JsonNode licence = component.get("licenses").get(0).get("license");
      String name = licence.path("id").asString(licence.path("name").asString(""));
      String debian = DEBIAN_NAMES.getOrDefault(name, "no name for " + name);
      assertThat(stated)
          .as(component.get("name").asString() + " is " + name)
          .anyMatch(licenceName -> licenceName.startsWith(debian));
    }
  }

  @Test
  void theRuntimeAndTheProjectItselfAreStated() throws IOException {
    assertThat(stanzas())
        .containsEntry("", "Apache-2.0")
        .containsEntry("usr/lib/reconcile/runtime/", "GPL-2 with Classpath exception");
    assertThat(Files.readString(Path.of("LICENSE"))).contains("Apache License", "Version 2.0");
  }
}
