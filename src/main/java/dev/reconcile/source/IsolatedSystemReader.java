// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.source;

import java.util.concurrent.TimeUnit;
import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.storage.file.FileBasedConfig;
import org.eclipse.jgit.util.FS;
import org.eclipse.jgit.util.SystemReader;
import org.jspecify.annotations.Nullable;

/**
 * A system reader that hides this machine's git settings from JGit. With it, JGit starts no {@code
 * git} to find them, obeys no GIT_ variable, spends no seconds on measurements, and writes no files
 * beside a repository.
 */
final class IsolatedSystemReader extends SystemReader.Delegate {
  private IsolatedSystemReader(SystemReader system) {
    super(system);
  }

  /** Installs the reader for the whole process; a second call changes nothing. */
  static synchronized void install() {
    SystemReader system = SystemReader.getInstance();
    if (!(system instanceof IsolatedSystemReader)) {
      SystemReader.setInstance(new IsolatedSystemReader(system));
    }
  }

  @Override
  public @Nullable String getenv(String variable) {
    return variable.startsWith("GIT_") ? null : super.getenv(variable);
  }

  @Override
  public FileBasedConfig openSystemConfig(Config parent, FS fs) {
    return new NoConfig(parent, fs);
  }

  @Override
  public FileBasedConfig openUserConfig(Config parent, FS fs) {
    return new NoConfig(parent, fs);
  }

  @Override
  public FileBasedConfig openJGitConfig(Config parent, FS fs) {
    return new NoConfig(parent, fs);
  }

  private static final class NoConfig extends FileBasedConfig {
    private static final long COARSE_CLOCK_MILLIS = 10; // of any Linux file system in use

    NoConfig(Config parent, FS fs) {
      super(parent, null, fs);
    }

    @Override
    public void load() {
      // There is no file.
    }

    @Override
    public void save() {
      // There is no file.
    }

    @Override
    public boolean isOutdated() {
      return false;
    }

    /**
     * Returns a fixed clock resolution. Otherwise JGit spends seconds measuring the file system,
     * with files that it writes beside the repository.
     */
    @Override
    public long getTimeUnit(
        String section, String subsection, String name, long defaultValue, TimeUnit unit) {
      return section.equals("filesystem")
          ? unit.convert(COARSE_CLOCK_MILLIS, TimeUnit.MILLISECONDS)
          : super.getTimeUnit(section, subsection, name, defaultValue, unit);
    }
  }
}
