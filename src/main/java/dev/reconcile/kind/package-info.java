/** What can be declared: one file a kind, listed in Kinds; kinds do not know each other. */
@NullMarked
package dev.reconcile.kind;

import org.jspecify.annotations.NullMarked;
