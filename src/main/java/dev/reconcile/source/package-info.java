/**
 * Git access: from a repository's address and a ref to a commit and its files.
 *
 * <p>An unchanged repository is the usual case, so everything it needs (asking which commit a
 * branch stands at, reading small files of a commit seen before) is done by a few small classes
 * here. JGit does the rest: fetching, packed objects, history. It costs more to start than all of
 * an idle run.
 */
@NullMarked
package dev.reconcile.source;

import org.jspecify.annotations.NullMarked;
