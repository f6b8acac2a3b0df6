package dev.reconcile.model;

/**
 * A revision of an app that was tried and did not come up. It is not tried again until the app's
 * desired state is another one.
 *
 * @param digest of everything the app should have been
 * @param run the run that tried it
 * @param reason what went wrong, on one line
 */
public record Quarantine(String digest, String run, String reason) {}
