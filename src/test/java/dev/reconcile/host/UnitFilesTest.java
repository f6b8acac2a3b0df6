// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which files make up units, under a root directory. */
class UnitFilesTest {
  @TempDir Path root;

  private Path write(String path) throws IOException {
    Path file = root.resolve(path.substring(1));
    Files.createDirectories(file.getParent());
    return Files.writeString(file, path);
  }

  private UnitFiles seen(ObservationLog observations) throws HostException {
    FileFacts files = new FileFacts(new HostPaths(root, observations), observations);
    UnitFiles units =
        new UnitFiles(files, List.of("gunicorn@*.service", "nginx.servic[e]", "app-one-*.service"));
    units.see();
    return units;
  }

  private List<String> lines() throws HostException {
    ObservationLog observations = new ObservationLog();
    seen(observations);
    return observations.lines();
  }

  @Test
  void anInstanceHasItsOwnFileOrItsTemplate() throws Exception {
    write("/etc/systemd/system/gunicorn@.service");
    write("/etc/systemd/system/gunicorn@one.service");
    UnitFiles units = seen(new ObservationLog());
    assertThat(units.fileOf("gunicorn@one.service"))
        .isEqualTo("/etc/systemd/system/gunicorn@one.service");
    assertThat(units.fileOf("gunicorn@two.service"))
        .isEqualTo("/etc/systemd/system/gunicorn@.service");
    assertThat(units.fileOf("gunicorn@two.socket")).isEmpty();
  }

  @Test
  void theAdministratorsFileComesBeforeThatOfAPackage() throws Exception {
    write("/usr/lib/systemd/system/nginx.service");
    assertThat(seen(new ObservationLog()).fileOf("nginx.service"))
        .isEqualTo("/usr/lib/systemd/system/nginx.service");
    write("/etc/systemd/system/nginx.service");
    assertThat(seen(new ObservationLog()).fileOf("nginx.service"))
        .isEqualTo("/etc/systemd/system/nginx.service");
  }

  @Test
  void aChangeOfAnyFileOfAUnitShows() throws Exception {
    write("/etc/systemd/system/gunicorn@.service");
    Path dropIn = write("/run/systemd/system/gunicorn@one.service.d/more.conf");
    Path linked = write("/opt/units/nginx.service");
    Files.createSymbolicLink(
        root.resolve("etc/systemd/system/nginx.service"), Path.of("/opt/units/nginx.service"));
    List<String> before = lines();
    assertThat(lines()).isEqualTo(before);

    Files.writeString(dropIn, "longer than it was, and so on");
    List<String> after = lines();
    assertThat(after).isNotEqualTo(before);

    Files.writeString(linked, "longer than it was, and so on");
    assertThat(lines()).isNotEqualTo(after);
  }

  @Test
  void aFileThatIsAddedShowsAndAnotherUnitsDoesNot() throws Exception {
    write("/usr/lib/systemd/system/gunicorn@.service");
    write("/etc/systemd/system/gunicorn@one.service.d/more.conf");
    Path other = write("/etc/systemd/system/other.service");
    List<String> before = lines();
    Files.writeString(other, "longer than it was, and so on");
    assertThat(lines()).isEqualTo(before);
    write("/etc/systemd/system/gunicorn@one.service.d/evenmore.conf");
    assertThat(lines()).isNotEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"service", "app-.service", "app-one-.service"})
  void aDropInForManyUnitsShows(String units) throws Exception {
    write("/usr/lib/systemd/system/" + units + ".d/more.conf");
    List<String> before = lines();
    Path dropIn = write("/usr/lib/systemd/system/" + units + ".d/evenmore.conf");
    List<String> after = lines();
    assertThat(after).isNotEqualTo(before);
    Files.writeString(dropIn, "longer than it was, and so on");
    assertThat(lines()).isNotEqualTo(after);
  }

  @ParameterizedTest
  @ValueSource(strings = {"timer", "other-.service", "app-two-.service"})
  void aDropInForOtherUnitsDoesNot(String units) throws Exception {
    Path dropIn = write("/usr/lib/systemd/system/" + units + ".d/more.conf");
    List<String> before = lines();
    Files.writeString(dropIn, "longer than it was, and so on");
    assertThat(lines()).isEqualTo(before);
  }
}
