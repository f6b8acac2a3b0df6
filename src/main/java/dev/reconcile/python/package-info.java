// SPDX-License-Identifier: Apache-2.0
/** Reads what a Python module assigns at its top level. It reads text only and runs nothing. */
@NullMarked
package dev.reconcile.python;

import org.jspecify.annotations.NullMarked;
