// SPDX-License-Identifier: Apache-2.0
/** The entry point of the program. */
@NullMarked
package dev.reconcile;

import org.jspecify.annotations.NullMarked;
