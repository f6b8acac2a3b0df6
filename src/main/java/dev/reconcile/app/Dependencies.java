// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.model.Installation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is installed into the virtualenv of an app.
 *
 * @param requirements the requirements; their text identifies the virtualenv
 * @param installation what the build installs; without gunicorn, which may be added
 */
record Dependencies(Requirements requirements, Installation installation) {
  /** Returns the dependencies with another text before the rest. */
  Dependencies headed(String head) {
    return new Dependencies(requirements.withText(head + requirements.text()), installation);
  }

  /** Returns the installation with gunicorn, if the requirements may not bring it. */
  Installation withGunicorn() {
    boolean isMissing =
        requirements.hashed().isEmpty() && requirements.gunicorn() != Requirements.Gunicorn.PRESENT;
    List<String> names = new ArrayList<>(installation.names());
    if (isMissing) {
      names.add(Requirements.GUNICORN);
    }
    return new Installation(
        installation.files(),
        names,
        installation.options(),
        installation.project(),
        installation.lock(),
        installation.seesSystem(),
        installation.login());
  }

  /** Returns the lock, if the dependencies are one. */
  Optional<Installation.Lock> lock() {
    return installation.lock();
  }
}
