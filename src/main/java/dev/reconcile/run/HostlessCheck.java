// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.run;

import dev.reconcile.app.App;
import dev.reconcile.app.ByHand;
import dev.reconcile.app.Expansion;
import dev.reconcile.app.Ports;
import dev.reconcile.app.Sources;
import dev.reconcile.app.Templates;
import dev.reconcile.desired.DesiredStateBuilder;
import dev.reconcile.desired.Loader;
import dev.reconcile.host.HostException;
import dev.reconcile.host.LocalHost;
import dev.reconcile.host.ProcessRunner;
import dev.reconcile.model.Content;
import dev.reconcile.model.Step.TreeRef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The check that expands a desired state into resources without its host, to find errors. {@code
 * validate} and a run with an invalid desired state report the same errors.
 */
public final class HostlessCheck {
  private HostlessCheck() {}

  /**
   * Adds the errors to the builder. Apps with a rejected file are not expanded, because their
   * remains would cause further errors. A fault that would hold an app on a host counts as an error
   * of the tree here.
   *
   * @param ports the ports of the apps
   * @param sources reports a folder of the repo that is missing
   */
  public static void run(
      DesiredStateBuilder builder, Loader.Loaded loaded, Ports ports, Sources sources)
      throws HostException {
    Map<Boolean, List<App>> apps =
        loaded.apps().stream()
            .collect(Collectors.partitioningBy(app -> loaded.faulty().contains(app.name())));
    Templates templates = new Templates(builder.templates());
    try {
      // An empty directory takes the host's place, so checks that depend on a host find nothing.
      Path nowhere = Files.createTempDirectory("reconcile-validate");
      try {
        LocalHost host = new LocalHost(nowhere, new ProcessRunner(), "validate", List.of());
        apps.getOrDefault(true, List.of()).forEach(sources::resolve);
        Expansion.checkTemplates(loaded.apps(), builder, templates);
        Expansion.checkTemplates(loaded.fronts(), builder, templates);
        Expansion.expand(
            loaded.settings(),
            apps.getOrDefault(false, List.of()),
            loaded.fronts().stream().filter(app -> !loaded.faulty().contains(app.name())).toList(),
            ports,
            builder,
            templates,
            host.facts(),
            sources,
            ByHand.NOTHING);
      } finally {
        Files.delete(nowhere);
      }
    } catch (IOException e) {
      throw new HostException("Cannot make a temporary directory: " + e.getMessage(), e);
    }
    builder.diagnostics().faults().values().forEach(builder.diagnostics()::add);
  }

  /** Code that is not read: every file is assumed to exist. */
  public static final class Unseen implements Sources.Resolved {
    @Override
    public String revision() {
      return "unseen";
    }

    @Override
    public TreeRef tree() {
      return new TreeRef("", "", "");
    }

    @Override
    public Optional<Sources.SourceFile> file(String path) {
      return Optional.of(new Sources.SourceFile(path, Content.of("")));
    }
  }
}
