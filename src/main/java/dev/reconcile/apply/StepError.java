package dev.reconcile.apply;

import dev.reconcile.host.HostException;
import dev.reconcile.model.Diagnostic;
import dev.reconcile.model.Step;
import java.util.List;
import java.util.Optional;

/**
 * What went wrong in a step.
 *
 * @param diagnostic for people
 * @param isOfRevision whether the app's new revision is to blame: it does not load, start or answer
 * @param isOfHost whether what all apps share is to blame, although it was seen at one
 */
record StepError(Diagnostic diagnostic, boolean isOfRevision, boolean isOfHost) {

  /** Work that may go wrong. */
  interface Work {
    /** Does it. */
    void run() throws HostException, StepFailure;
  }

  /** What goes wrong in {@code all}; the steps after that one are not done. */
  static Optional<StepError> in(Steps steps, List<? extends Step> all) {
    for (Step step : all) {
      Optional<StepError> fault = in(() -> steps.perform(step));
      if (fault.isPresent()) {
        return Optional.of(fault.get().of(step));
      }
    }
    return Optional.empty();
  }

  /** What goes wrong in {@code work}, blamed on nobody. */
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
