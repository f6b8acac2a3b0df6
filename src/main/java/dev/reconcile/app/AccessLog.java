package dev.reconcile.app;

/** An access log; an empty format is nginx's own. */
public record AccessLog(String path, String format) {
  /** None at all. */
  static final AccessLog OFF = new AccessLog("off", "");
}
