/** Looks at a server that was set up by hand, for adoption. */
@NullMarked
package dev.reconcile.scan;

import org.jspecify.annotations.NullMarked;
