// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.host;

import dev.reconcile.model.Content;

/**
 * A file of a directory, read with the rights of a user.
 *
 * @param place the real path, relative to the directory
 * @param content the content
 */
public record UserFile(String place, Content content) {}
