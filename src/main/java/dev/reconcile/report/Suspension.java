package dev.reconcile.report;

/**
 * An administrator's word that nothing is to be changed.
 *
 * @param since when it was given, as in RFC 3339
 * @param by whose it is
 * @param reason why
 */
public record Suspension(String since, String by, String reason) {}
