// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.host.Command;
import dev.reconcile.host.CommandRunner;
import dev.reconcile.host.Host;
import dev.reconcile.host.HostException;
import dev.reconcile.host.LocalHost;
import dev.reconcile.model.FileAttributes;
import dev.reconcile.model.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A new data folder with content of git. The content is written beside the folder's path, where
 * only root can enter, and renamed when it is complete.
 *
 * <p>Invariant: an existing folder stays as it is.
 */
final class DataSeed {
  private static final Duration LONGEST = Duration.ofMinutes(10);

  private DataSeed() {}

  static void make(Host host, TreeExporter trees, Step.SeedDirectory step)
      throws HostException, StepException {
    if (host.facts().stat(step.path()).isPresent()) {
      return;
    }
    int slash = step.path().lastIndexOf('/') + 1;
    String beside =
        step.path().substring(0, slash) + LocalHost.TEMPORARY + step.path().substring(slash);
    host.discardTree(beside); // left by a killed run
    host.makeDirectory(beside, FileAttributes.root(0700));
    boolean isDone = false;
    try {
      trees.export(step.seed(), host.onDisk(beside));
      give(host, beside, step.attributes());
      host.setAttributes(beside, step.attributes());
      host.publish(beside, step.path());
      isDone = true;
    } finally {
      if (!isDone) {
        host.discardTree(beside);
      }
    }
  }

  // Nobody but root can enter the folder meanwhile, so no name can be exchanged.
  private static void give(Host host, String folder, FileAttributes owner)
      throws HostException, StepException {
    host.setAttributes(folder, FileAttributes.root(0700));
    if (!host.facts().live()) {
      return;
    }
    List<String> argv = new ArrayList<>(List.of("chown", "-R", "--no-dereference"));
    argv.add(owner.user() + ":" + owner.group());
    argv.add("--");
    for (String name : host.facts().list(folder)) {
      argv.add(host.onDisk(folder + "/" + name).toString());
    }
    CommandRunner.Result result = host.run(Command.of(argv.toArray(String[]::new)).within(LONGEST));
    if (!result.ok()) {
      throw new StepException("Data not given to the app", result.tail(5).strip());
    }
  }
}
