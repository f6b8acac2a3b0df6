/**
 * The code of apps: commits looked through and written as trees, Git LFS, and code that is
 * elsewhere.
 */
@NullMarked
package dev.reconcile.code;

import org.jspecify.annotations.NullMarked;
