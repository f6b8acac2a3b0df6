package dev.reconcile.trial;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class UnitMessageTest {
  @Test
  void filesAndUnitsAreSubjects() {
    String said =
        """
        /etc/systemd/system/gunicorn@bad.service.d/reconcile.conf:2: Unknown key 'Userr' in section [Service], ignoring.
        gunicorn@shop.service: Service has no ExecStart=, ExecStop=, or SuccessAction=. Refusing.
        Unit third.service failed to load properly, please adjust/correct and reload service manager: Bad message
        Something else that names no unit
        """;

    assertThat(UnitMessage.parse(said))
        .extracting(UnitMessage::subject, UnitMessage::line)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(
                "/etc/systemd/system/gunicorn@bad.service.d/reconcile.conf", 2),
            org.assertj.core.groups.Tuple.tuple("gunicorn@shop.service", 0),
            org.assertj.core.groups.Tuple.tuple("third.service", 0));
  }

  @Test
  void aMissingProgramIsKnown() {
    var messages =
        UnitMessage.parse(
            """
            backup.service: Command /nowhere/a b is not executable: No such file or directory
            backup.service: Command /bin/x is not executable: Permission denied
            """);

    assertThat(messages.getFirst().missingProgram()).contains("/nowhere/a b");
    assertThat(messages.getLast().missingProgram()).isEmpty();
  }
}
