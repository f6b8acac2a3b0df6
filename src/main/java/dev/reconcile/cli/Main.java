package dev.reconcile.cli;

/** The entry point of the command line. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    System.out.println("reconcile " + version());
  }

  static String version() {
    String version = Main.class.getPackage().getImplementationVersion();
    return version == null ? "(not packaged)" : version;
  }
}
