// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.run;

import dev.reconcile.app.App;
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
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Finds the mistakes of a desired state that show when it becomes resources, without the host that
 * it is for. {@code validate} and a run whose desired state is invalid report the same.
 */
public final class HostlessCheck {
  private HostlessCheck() {}

  /**
   * Adds the mistakes to the builder. Apps of whose files something was refused are not made into
   * resources, because what is left of them would cause further errors. What would hold an app on a
   * host is a mistake of the tree here.
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
      // an empty directory stands for the host: what depends on a host is left for the host
      Path nowhere = Files.createTempDirectory("reconcile-validate");
      try {
        LocalHost host = new LocalHost(nowhere, new ProcessRunner(), "validate", List.of());
        apps.getOrDefault(true, List.of()).forEach(sources::resolve);
        Expansion.checkTemplates(loaded.apps(), builder, templates);
        Expansion.expand(
            loaded.settings(),
            apps.getOrDefault(false, List.of()),
            ports,
            builder,
            templates,
            host.facts(),
            sources,
            Set.of());
      } finally {
        Files.delete(nowhere);
      }
    } catch (IOException e) {
      throw new HostException("Cannot make a temporary directory: " + e.getMessage(), e);
    }
    builder.diagnostics().faults().values().forEach(builder.diagnostics()::add);
  }

  /** Code that is not looked at: every file may be there. */
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
