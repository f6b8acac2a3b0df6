package dev.reconcile.cli;

/** Which reconcile this is. */
final class Version {
  private Version() {}

  /** The version of the jar, or what stands for it in a build without one. */
  static String text() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
