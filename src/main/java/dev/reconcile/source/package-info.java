// SPDX-License-Identifier: Apache-2.0
/**
 * Git access: from a repository's address and a ref to a commit and its files.
 *
 * <p>In most runs the repository is unchanged. A few small classes of this package do all that such
 * a run needs: they list refs, and read small files of a commit that was fetched before. JGit does
 * the rest: fetching, packed objects, history. JGit takes longer to start than a whole idle run.
 */
@NullMarked
package dev.reconcile.source;

import org.jspecify.annotations.NullMarked;
