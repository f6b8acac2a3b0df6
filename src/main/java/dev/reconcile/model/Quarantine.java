package dev.reconcile.model;

/**
 * A quarantined revision of an app: it was applied and became unhealthy. It is not retried until
 * the app's desired state changes.
 *
 * @param digest the digest of the app's whole desired state
 * @param run the run that applied it
 * @param reason the cause of the failure, on one line
 */
public record Quarantine(String digest, String run, String reason) {}
