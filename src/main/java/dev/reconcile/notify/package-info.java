// SPDX-License-Identifier: Apache-2.0
/** Who is told of a run: the terminal, files that others read, hooks. */
@NullMarked
package dev.reconcile.notify;

import org.jspecify.annotations.NullMarked;
