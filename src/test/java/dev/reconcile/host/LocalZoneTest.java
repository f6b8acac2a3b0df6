// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The zone of a host's services, whatever the zone of this process. */
final class LocalZoneTest {
  @TempDir Path root;

  private Optional<ZoneId> zone(String variable) throws HostException {
    return LocalZone.of(
        new LocalHost(root, new ProcessRunner(), "test", List.of()).facts(), variable);
  }

  @ParameterizedTest
  @CsvSource({
    "Asia/Seoul, Asia/Seoul",
    ":Asia/Seoul, Asia/Seoul",
    "/usr/share/zoneinfo/Asia/Seoul, Asia/Seoul",
    ":/usr/share/zoneinfo/posix/Asia/Seoul, Asia/Seoul",
    "UTC, UTC",
    "GMT+3, ",
    "KST-9, ",
    "Nowhere/Town, "
  })
  void variableOfTheService(String variable, String zone) throws Exception {
    assertThat(zone(variable)).isEqualTo(Optional.ofNullable(zone).map(ZoneId::of));
  }

  @Test
  void fileOfTheHost() throws Exception {
    assertThat(zone("")).contains(ZoneOffset.UTC);

    Path localTime = root.resolve("etc/localtime");
    Files.createDirectories(localTime.getParent());
    Files.createSymbolicLink(localTime, Path.of("../usr/share/zoneinfo/America/New_York"));
    assertThat(zone("")).contains(ZoneId.of("America/New_York"));

    Files.delete(localTime);
    Files.writeString(localTime, "TZif2");
    assertThat(zone("")).isEmpty();
    Files.writeString(root.resolve("etc/timezone"), "Europe/Vienna\n");
    assertThat(zone("")).contains(ZoneId.of("Europe/Vienna"));
  }
}
