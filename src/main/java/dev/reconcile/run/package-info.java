/**
 * One run of apply, plan or rollback: fetch, load, observe, plan, apply, and what is told of it.
 */
@NullMarked
package dev.reconcile.run;

import org.jspecify.annotations.NullMarked;
