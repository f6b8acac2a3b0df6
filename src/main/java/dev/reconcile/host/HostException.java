package dev.reconcile.host;

/** The machine did not let us read or do something; the message is for its owner. */
public final class HostException extends Exception {
  private static final long serialVersionUID = 1L;

  /** A failure in words. */
  public HostException(String message) {
    super(message);
  }

  /** A failure with what lies under it. */
  public HostException(String message, Throwable cause) {
    super(message, cause);
  }
}
