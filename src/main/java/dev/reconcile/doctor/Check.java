// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.doctor;

import dev.reconcile.host.HostException;
import dev.reconcile.model.Diagnostic;
import java.util.List;

/** A check of a host. Invariant: it changes nothing. */
interface Check {
  /** Returns the findings; empty if nothing is wrong. */
  List<Diagnostic> look(DoctorContext context) throws HostException;
}
