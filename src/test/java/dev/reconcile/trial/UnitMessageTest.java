// SPDX-License-Identifier: Apache-2.0
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
  void aRemarkOnAUnitThatIsLoadedIsNoRefusal() {
    String dropIn = "/etc/systemd/system/gunicorn@shop.service.d/50.conf";
    String said =
        """
        <29>FILE:1: Special user nobody configured, this is not safe!
        <28>FILE:2: Unit uses MemoryLimit=; please use MemoryMax= instead. Support for MemoryLimit= will be removed soon.
        <29>FILE:3: Standard output type syslog is obsolete, automatically updating to journal.
        <29>shop.service: Unit configuration has fatal error, unit will not be started.
        <28>shop.service: Some advice, ignoring.
        """
            .replace("FILE", dropIn);

    assertThat(UnitMessage.parse(said)).hasSize(5).noneMatch(UnitMessage::isRefusal);
    assertThat(UnitMessage.parse(said).getFirst().text())
        .isEqualTo(dropIn + ":1: Special user nobody configured, this is not safe!");
  }

  @Test
  void whatIsNotLoadedOrIgnoredIsRefused() {
    String said =
        """
        <28>/etc/systemd/system/a.service:9: Unknown key 'Userr' in section [Service], ignoring.
        <28>/etc/systemd/system/a.service:6: Missing '=', ignoring line.
        <28>/etc/systemd/system/a.service:7: Unknown section 'Servce'. Ignoring.
        <28>/etc/systemd/system/a.service:8: Support for option CPUShares= has been removed and it is ignored
        <27>/etc/systemd/system/a.service:14: Neither a valid executable name nor an absolute path: bin/nothing
        <27>Unit a.service has a bad unit file setting.
        <27>c.service: Command /bin/no/such is not executable: No such file or directory
        a.service: Service has no ExecStart=, ExecStop=, or SuccessAction=. Refusing.
        """;

    assertThat(UnitMessage.parse(said)).hasSize(8).allMatch(UnitMessage::isRefusal);
  }

  @Test
  void aNumberThatIsNoLineIsNoPlace() {
    assertThat(UnitMessage.parse("/srv/x:99999999999: no such thing\n")).isEmpty();
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
