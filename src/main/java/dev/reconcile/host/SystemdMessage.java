// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A message of systemd itself about a unit, which the journal has by an id (sd-messages.h).
 *
 * <p>Invariant: a journal that cannot be read has no message.
 */
public enum SystemdMessage {
  /** The unit has started. */
  STARTED("39f53479d3a045ac8e11786248231fbf"),
  /** systemd is about to start the unit again, after it has ended. */
  RESTART_SCHEDULED("5eb03494b6584870a536b337290809b3"),
  /** A process of the unit has ended. */
  PROCESS_EXIT("98e322203f7a4ed290d09fe03c09fe15"),
  /** Linux has killed a process of the unit for want of memory. */
  OUT_OF_MEMORY("fe6faa94e7774663a0da52717891d8ef");

  private static final String ID_FIELD = "MESSAGE_ID";
  private static final String UNIT_FIELD = "UNIT";

  private final String id;

  SystemdMessage(String id) {
    this.id = id;
  }

  /** Returns its id. */
  public String id() {
    return id;
  }

  /**
   * Returns the unit of each message of this kind.
   *
   * @param lately the time before now in which the messages count
   */
  List<String> units(CommandRunner commands, Duration lately) throws HostException {
    return ask(commands, UNIT_FIELD, List.of("--since=-" + lately.toSeconds() + "s", match(this)));
  }

  /**
   * Returns the ids of the last messages about a unit, the last one first. Messages for debugging
   * do not count.
   *
   * @param most how many
   * @param kinds the kinds that count
   */
  public static List<String> last(
      CommandRunner commands, String unit, int most, List<SystemdMessage> kinds)
      throws HostException {
    List<String> options =
        new ArrayList<>(
            List.of("--reverse", "--lines=" + most, "--priority=info", UNIT_FIELD + "=" + unit));
    kinds.forEach(kind -> options.add(match(kind)));
    return ask(commands, ID_FIELD, options);
  }

  private static String match(SystemdMessage kind) {
    return ID_FIELD + "=" + kind.id;
  }

  private static List<String> ask(CommandRunner commands, String field, List<String> options)
      throws HostException {
    List<String> argv =
        new ArrayList<>(
            List.of(
                "journalctl", "--quiet", "--no-pager", "--output=cat", "--output-fields=" + field));
    argv.addAll(options);
    CommandRunner.Result journal = commands.run(Command.of(argv.toArray(String[]::new)));
    return journal.ok() ? journal.out().lines().toList() : List.of();
  }
}
