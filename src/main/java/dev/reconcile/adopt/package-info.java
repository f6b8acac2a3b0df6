/** A server set up by hand, as a desired-state tree. Nothing here looks at a host. */
@NullMarked
package dev.reconcile.adopt;

import org.jspecify.annotations.NullMarked;
