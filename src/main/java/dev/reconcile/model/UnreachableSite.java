package dev.reconcile.model;

/**
 * That visitors do not get an app although it is as it should be.
 *
 * @param reason what is in the way, in a few words
 * @param byReload whether nginx only has to read its files again, once these are right
 */
public record UnreachableSite(String reason, boolean byReload) {}
