// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.apply;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class ServiceLogsTest {
  @Test
  void theCauseIsNotHiddenByWhatGunicornSaysOfItsOwnEnd() {
    String said =
        """
        Failed to find attribute 'nothing' in 'main'.
        Traceback (most recent call last):
          File "/venv/site-packages/gunicorn/arbiter.py", line 209, in run
            self.sleep()
        gunicorn.errors.HaltServer: <HaltServer 'App failed to load.' 4>
        During handling of the above exception, another exception occurred:
        Traceback (most recent call last):
          File "/venv/bin/gunicorn", line 8, in <module>
            sys.exit(run())
                     ^^^^^
        gunicorn.errors.HaltServer: <HaltServer 'App failed to load.' 4>
        Traceback (most recent call last):
          File "/srv/main.py", line 1, in <module>
        ModuleNotFoundError: No module named 'nowhere'
        """;
    assertThat(ServiceLogs.withoutHalt(said.lines().toList()))
        .containsExactly(
            "Failed to find attribute 'nothing' in 'main'.",
            "Traceback (most recent call last):",
            "  File \"/srv/main.py\", line 1, in <module>",
            "ModuleNotFoundError: No module named 'nowhere'");
  }
}
