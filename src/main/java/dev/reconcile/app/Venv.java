// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.model.Content;
import dev.reconcile.model.Origin;
import java.util.Optional;

/**
 * A virtualenv.
 *
 * @param directory its directory
 * @param python the interpreter's name or path
 * @param requirements the path of the requirements file in the source, or of the list in the repo
 * @param required whether the desired state names that file, so that its absence is a mistake
 * @param list the content of that file, if it is a list of the desired-state repo
 * @param origin where it was declared
 */
public record Venv(
    String directory,
    String python,
    String requirements,
    boolean required,
    Optional<Content> list,
    Origin origin) {}
