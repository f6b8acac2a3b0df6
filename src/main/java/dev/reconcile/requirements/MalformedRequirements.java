// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.requirements;

/** Bytes or a line that pip would refuse; the message is a sentence for the user. */
public final class MalformedRequirements extends Exception {
  private static final long serialVersionUID = 1L;

  MalformedRequirements(String message) {
    super(message);
  }
}
