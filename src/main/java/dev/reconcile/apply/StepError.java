// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import dev.reconcile.host.HostException;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Step;
import java.util.List;
import java.util.Optional;

/**
 * The failure of a step.
 *
 * @param diagnostic the description for the user
 * @param isOfRevision whether the app's new revision is at fault: it does not load, start or answer
 * @param isOfHost whether files that all apps share are at fault, although the failure occurred at
 *     an app
 */
record StepError(Diagnostic diagnostic, boolean isOfRevision, boolean isOfHost) {

  /** Work that may fail. */
  interface Work {
    /** Performs the work. */
    void run() throws HostException, StepFailure;
  }

  /** Performs steps, and returns the first failure; the steps after it are not performed. */
  static Optional<StepError> in(Steps steps, List<? extends Step> all) {
    for (Step step : all) {
      Optional<StepError> fault = in(() -> steps.perform(step));
      if (fault.isPresent()) {
        return Optional.of(fault.get().of(step));
      }
    }
    return Optional.empty();
  }

  /** Performs work, and returns its failure without a revision at fault. */
  static Optional<StepError> in(Work work) {
    try {
      work.run();
      return Optional.empty();
    } catch (StepFailure e) {
      return Optional.of(new StepError(e.diagnostic(), false, e.isOfHost()));
    } catch (HostException e) {
      return Optional.of(new StepError(e.diagnostic(), false, false));
    }
  }

  private StepError of(Step step) {
    return new StepError(diagnostic, blames(step) && !isOfHost, isOfHost);
  }

  private static boolean blames(Step step) {
    return switch (step) {
      case Step.Rehearse _, Step.StartStandby _, Step.AwaitHealth _ -> true;
      case Step.Systemctl s -> s.verb() == Step.UnitVerb.START || s.verb() == Step.UnitVerb.RESTART;
      case Step.MakeDirectory _, Step.WriteFile _, Step.SetAttributes _, Step.WriteLink _ -> false;
      case Step.Remove _, Step.RemoveEmptyDirectory _, Step.BackUp _, Step.Restore _ -> false;
      case Step.MakeUser _, Step.InstallPackage _, Step.ExportTree _, Step.BuildVenv _ -> false;
      case Step.MakeSelfSigned _, Step.ObtainCertificate _, Step.ReplaceSite _ -> false;
      case Step.TestNginx _, Step.ReloadNginx _, Step.DrainNginx _ -> false;
      case Step.DiscardTrees _, Step.RemoveOldSockets _, Step.StopStandby _ -> false;
    };
  }
}
