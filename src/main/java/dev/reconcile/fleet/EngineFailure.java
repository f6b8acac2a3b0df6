// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.fleet;

/** The failures of an engine. */
public enum EngineFailure {
  OUT_OF_REACH("The engine is out of reach"),
  REFUSED("The engine refuses"),
  NO_RECORD("The engine has no record of this group");

  private final String summary;

  EngineFailure(String summary) {
    this.summary = summary;
  }

  /** Returns the summary of its diagnostics: always the same for the same failure. */
  public String summary() {
    return summary;
  }
}
