// SPDX-License-Identifier: Apache-2.0
/**
 * One run: fetch, load, observe, plan, try, apply. A run returns its result and notifies nobody.
 */
@NullMarked
package dev.reconcile.run;

import org.jspecify.annotations.NullMarked;
