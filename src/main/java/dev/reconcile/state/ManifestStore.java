// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.state;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.reconcile.host.Facts;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.host.LocalHost;
import dev.reconcile.model.Content;
import dev.reconcile.model.FileAttributes;
import dev.reconcile.model.Layout;
import dev.reconcile.model.Step;
import dev.reconcile.model.Undo;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The store of the manifests, {@code /var/lib/reconcile/backup/RUN.json}. Manifests have the
 * earlier content of files, including secrets, so only root may read them.
 */
public final class ManifestStore {
  private static final String FOLDER = LocalHost.STATE + "/backup";
  private static final String SUFFIX = ".json";
  private static final int MOST_BYTES = 256 << 20;

  private ManifestStore() {}

  /** Removes incomplete files that killed runs have left beside the manifests. */
  public static void clearUnfinished(Host host) throws HostException {
    for (String name : host.facts().list(FOLDER)) {
      if (name.startsWith(LocalHost.TEMPORARY)) {
        host.clearUnfinished(FOLDER + "/" + name.substring(LocalHost.TEMPORARY.length()));
      }
    }
  }

  /** Returns all manifests, oldest first, except those that cannot be parsed. */
  public static List<Manifest> all(Facts facts) throws HostException {
    List<Manifest> all = new ArrayList<>();
    for (String name : facts.list(FOLDER)) {
      if (name.endsWith(SUFFIX) && !name.startsWith(LocalHost.TEMPORARY)) {
        of(facts, name.substring(0, name.length() - SUFFIX.length())).ifPresent(all::add);
      }
    }
    all.sort(Comparator.comparingInt(Manifest::sequence).thenComparing(Manifest::run));
    return all;
  }

  /** Returns the manifest of a run; empty if there is none, or if it cannot be parsed. */
  public static Optional<Manifest> of(Facts facts, String run) throws HostException {
    String path = pathOf(run);
    if (facts.stat(path).isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(parse(JsonObject.parse(facts.read(path, MOST_BYTES)), run));
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty(); // a manifest of another version is useless, and must stop no run
    }
  }

  /** Saves a manifest, atomically and durably. */
  public static void save(Host host, Manifest manifest) throws HostException {
    host.makeDirectory(LocalHost.STATE, FileAttributes.root(0755));
    host.makeDirectory(FOLDER, FileAttributes.root(0700));
    host.writeState(
        pathOf(manifest.run()), Content.secret(text(manifest)), FileAttributes.root(0600));
  }

  /** Returns the trees in the stores that the undo steps of any run need. */
  public static Set<String> treesNeeded(Facts facts) throws HostException {
    Set<String> trees = new HashSet<>();
    for (Manifest manifest : all(facts)) {
      trees.addAll(trees(manifest));
    }
    return trees;
  }

  /** Returns the trees in the stores that the undo steps of one run need. */
  public static Set<String> trees(Manifest manifest) {
    return manifest.undos().stream()
        .flatMap(undo -> undo.steps().stream())
        .filter(Step.WriteLink.class::isInstance)
        .map(step -> ((Step.WriteLink) step).target())
        .filter(ManifestStore::isStored)
        .collect(Collectors.toSet());
  }

  /** Reports whether a link's target is a tree in a store. */
  public static boolean isStored(String target) {
    return target.startsWith(Layout.CHECKOUTS + "/") || target.startsWith(Layout.VENVS + "/");
  }

  /** Returns the path of the manifest of a run. */
  public static String pathOf(String run) {
    return folderOf(run) + SUFFIX;
  }

  /** Returns the directory in which a run keeps what it has replaced. */
  public static String folderOf(String run) {
    return FOLDER + "/" + run;
  }

  private static Manifest parse(JsonObject json, String run) throws IOException {
    List<Undo> undos = new ArrayList<>();
    for (JsonObject undo : json.objects("undos")) {
      undos.add(StepJson.undo(undo, run));
    }
    return new Manifest(
        run,
        json.number("sequence"),
        json.text("command"),
        json.text("repo"),
        json.text("revision"),
        undos,
        json.object("activations").pairs(),
        json.object("probes").map(StepJson::probe),
        json.object("results").pairs(),
        json.object("notes").pairs(),
        json.object("processes").pairs());
  }

  private static String text(Manifest manifest) {
    return JsonText.of(json -> {
      json.writeNumberField("format", 1);
      json.writeNumberField("sequence", manifest.sequence());
      if (!manifest.command().isEmpty()) {
        json.writeStringField("command", manifest.command());
      }
      json.writeStringField("repo", manifest.repo());
      json.writeStringField("revision", manifest.revision());
      json.writeArrayFieldStart("undos");
      for (Undo undo : manifest.undos()) {
        StepJson.write(json, undo);
      }
      json.writeEndArray();
      pairs(json, "activations", manifest.activations());
      json.writeObjectFieldStart("probes");
      for (Map.Entry<String, Step.Probe> entry : manifest.probes().entrySet()) {
        json.writeFieldName(entry.getKey());
        StepJson.write(json, entry.getValue());
      }
      json.writeEndObject();
      pairs(json, "results", manifest.results());
      if (!manifest.notes().isEmpty()) {
        pairs(json, "notes", manifest.notes());
      }
      if (!manifest.processes().isEmpty()) {
        pairs(json, "processes", manifest.processes());
      }
    });
  }

  private static void pairs(JsonGenerator json, String name, Map<String, String> pairs)
      throws IOException {
    json.writeObjectFieldStart(name);
    for (Map.Entry<String, String> entry : pairs.entrySet()) {
      json.writeStringField(entry.getKey(), entry.getValue());
    }
    json.writeEndObject();
  }
}
