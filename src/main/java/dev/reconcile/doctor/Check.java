// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.doctor;

import dev.reconcile.host.HostException;
import dev.reconcile.model.Diagnostic;
import java.util.List;

/** One thing to look at. Invariant: to look changes nothing. */
interface Check {
  /** What is found; nothing if it is as it should be. */
  List<Diagnostic> look(DoctorContext evidence) throws HostException;
}
