// SPDX-License-Identifier: Apache-2.0
/**
 * The code of apps: inspection of commits, export of their trees, Git LFS, and code in other
 * places.
 */
@NullMarked
package dev.reconcile.code;

import org.jspecify.annotations.NullMarked;
