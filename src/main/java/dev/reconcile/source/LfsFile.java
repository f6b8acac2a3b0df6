// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.source;

/**
 * A file whose content Git LFS stores; the commit holds a pointer in its place.
 *
 * @param path in the commit, from its root
 * @param oid the SHA-256 of the content, 64 hexadecimal digits
 * @param size the content's size in bytes
 */
public record LfsFile(String path, String oid, long size) {}
