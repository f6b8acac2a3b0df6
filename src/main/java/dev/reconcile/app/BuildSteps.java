// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.app;

import dev.reconcile.model.Origin;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The commands that complete an app's code before anything uses it.
 *
 * @param commands the commands, in order; none for an app without build steps
 * @param variables the variables that only these commands get
 * @param origin where they are declared
 */
public record BuildSteps(List<AppCommand> commands, Map<String, String> variables, Origin origin) {
  public BuildSteps {
    commands = List.copyOf(commands);
    variables = Collections.unmodifiableMap(new LinkedHashMap<>(variables));
  }

  /** Reports whether the app has no build steps. */
  public boolean isEmpty() {
    return commands.isEmpty();
  }
}
