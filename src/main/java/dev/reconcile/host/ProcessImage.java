// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The replacement of this process by a program, which keeps its terminal and descriptors. */
public final class ProcessImage {
  private ProcessImage() {}

  /**
   * Becomes a program, with the variables of {@link ChildEnvironment}.
   *
   * @param argv the program, by name or absolute path, and its arguments
   * @param more further variables
   * @return the failure; this method returns only if the program cannot be started
   */
  public static HostException become(List<String> argv, Map<String, String> more) {
    Map<String, String> environment = new HashMap<>(ChildEnvironment.variables());
    environment.putAll(more);
    List<byte[]> variables = new ArrayList<>();
    environment.forEach((name, value) -> variables.add(bytes(name + "=" + value)));
    try {
      String program = ChildEnvironment.located(argv.getFirst());
      SystemCalls.allowSignals();
      SystemCalls.become(program, argv.stream().map(ProcessImage::bytes).toList(), variables);
      throw new IOException("execve failed");
    } catch (IOException e) {
      return new HostException("Cannot start " + argv.getFirst() + ": " + e.getMessage(), e);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
