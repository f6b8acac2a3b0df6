package dev.reconcile.source;

/**
 * A file of a commit whose content Git LFS keeps; the commit has a pointer in its place.
 *
 * @param path in the commit, from its root
 * @param oid the SHA-256 of the content, 64 hexadecimal digits
 * @param size the content's bytes
 */
public record LfsFile(String path, String oid, long size) {}
