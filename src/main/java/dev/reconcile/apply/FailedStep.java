// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.host.HostException;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Step;
import java.util.List;
import java.util.Optional;

/**
 * A step that failed, with what is at fault; the value that rollback and quarantine are decided by.
 * A step itself throws {@link StepException} or {@link HostException}, which do not know the
 * revision.
 *
 * @param diagnostic the description for the user
 * @param isOfRevision whether the app's new revision is at fault: it does not load, start or answer
 * @param isOfHost whether files that all apps share are at fault, although the failure occurred at
 *     an app
 */
record FailedStep(Diagnostic diagnostic, boolean isOfRevision, boolean isOfHost) {

  /** Work that may fail. */
  interface Work {
    /** Performs the work. */
    void run() throws HostException, StepException;
  }

  /** Performs steps, and returns the first failure; the steps after it are not performed. */
  static Optional<FailedStep> in(Steps steps, List<? extends Step> sequence) {
    for (Step step : sequence) {
      Optional<FailedStep> failed = in(() -> steps.perform(step), blames(step));
      if (failed.isPresent()) {
        return failed;
      }
    }
    return Optional.empty();
  }

  /** Performs work, and returns its failure without a revision at fault. */
  static Optional<FailedStep> in(Work work) {
    return in(work, false);
  }

  private static Optional<FailedStep> in(Work work, boolean blames) {
    try {
      work.run();
      return Optional.empty();
    } catch (StepException e) {
      return Optional.of(
          new FailedStep(e.diagnostic(), blames && !e.isOfHost() && !e.isOfOther(), e.isOfHost()));
    } catch (HostException e) {
      return Optional.of(new FailedStep(e.diagnostic(), blames, false));
    }
  }

  private static boolean blames(Step step) {
    return switch (step) {
      case Step.StandIn _ -> true;
      case Step.LeadSocket _, Step.LeadBack _, Step.DrainAddress _ -> false;
      case Step.Rehearse _, Step.StartStandby _, Step.AwaitHealth _, Step.RunRelease _ -> true;
      case Step.StartTimer _, Step.ControlProcess _ -> true;
      case Step.Systemctl s -> s.verb() == Step.UnitVerb.START || s.verb() == Step.UnitVerb.RESTART;
      case Step.MakeDirectory _, Step.WriteFile _, Step.SetAttributes _, Step.WriteLink _ -> false;
      case Step.Remove _, Step.RemoveEmptyDirectory _, Step.BackUp _, Step.Restore _ -> false;
      case Step.MakeUser _, Step.InstallPackage _, Step.ExportTree _ -> false;
      case Step.BuildTree _, Step.BuildVenv _ -> false;
      case Step.SeedDirectory _, Step.MoveData _ -> false;
      case Step.MakeSelfSigned _, Step.ObtainCertificate _, Step.ReplaceSite _ -> false;
      case Step.TestNginx _, Step.ReloadNginx _, Step.DrainNginx _ -> false;
      case Step.DiscardTrees _, Step.RemoveOldSockets _, Step.StopStandby _ -> false;
      case Step.SkipRelease _, Step.EndHold _ -> false;
    };
  }
}
