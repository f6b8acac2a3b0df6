/** One run: fetch, load, observe, plan, try, apply. It returns its result and tells nobody. */
@NullMarked
package dev.reconcile.run;

import org.jspecify.annotations.NullMarked;
