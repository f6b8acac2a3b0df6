package dev.reconcile.doctor;

/**
 * Something that is missing or odd.
 *
 * @param summary short, always the same for the same finding
 * @param detail what exactly, and what follows from it
 * @param command the one command that mends it, or shows more where no command could
 */
public record Finding(String summary, String detail, String command) {}
